// With AUTH=on: who may do what, in the words of this API, and what is another tenant's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantRole } from '../../../src/context/request-context.js';
import { startSecuredApp, type Headers, type SecuredApp } from '../../auth/secured-app.js';
import { cloudifyApp, refusal, type CloudifyApp } from './cloudify-app.js';

let secured: SecuredApp;
let app: CloudifyApp;
let acme: Record<TenantRole, Headers>;
let other: Record<TenantRole, Headers>;
beforeAll(async () => {
  secured = await startSecuredApp();
  app = cloudifyApp(secured);
  acme = await secured.tenant('acme');
  other = await secured.tenant('other');
  const made = await app.ask(
    'PUT',
    '/deployments/dep',
    { blueprint_id: 'hello-world' },
    { ...acme.operator, tenant: 'acme' },
  );
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
});
afterAll(() => secured.close());

const START = { deployment_id: 'dep', workflow_id: 'install', force: 'true', parameters: null };
const as = (headers: Headers, tenant: string): Headers => ({ ...headers, tenant });

describe('credentials', () => {
  it.each([
    ['none', {}],
    ['a wrong password', { authorization: `Basic ${Buffer.from('acme-admin:wrong').toString('base64')}` }],
    ['a wrong token', { 'authentication-token': 'wrong' }],
    ['a token of an execution', { 'execution-token': 'any' }],
  ])('%s is refused, before anything else', async (_what, headers) => {
    for (const tenant of ['acme', 'nobodys']) {
      const answer = await app.ask('GET', '/executions?_include=odd', undefined, as(headers, tenant));
      expect(refusal(answer).slice(0, 2)).toEqual([401, 'unauthorized_error']);
    }
  });

  it('are a password, or a token that was made here and may do as much', async () => {
    const token = await app.ask('POST', '/tokens', { description: 'for tests' }, as(acme.admin, 'acme'));
    expect(token.body).toMatchObject({ role: 'admin', username: 'acme-admin' });
    const headers = { 'authentication-token': String(token.body['value']) };
    expect((await app.ask('GET', '/executions', undefined, as(headers, 'acme'))).status).toBe(200);
    expect((await app.ask('POST', '/executions', START, as(headers, 'acme'))).status).toBe(201);
    expect(refusal(await app.ask('GET', '/executions', undefined, as(headers, 'other')))[0]).toBe(403);
    const expired = await app.ask(
      'POST',
      '/tokens',
      { expiration_date: '2020-01-01T00:00:00Z' },
      as(acme.admin, 'acme'),
    );
    expect(refusal(expired).slice(0, 2)).toEqual([400, 'bad_parameters_error']);
  });
});

describe('roles', () => {
  it('let a viewer read and nothing more', async () => {
    const headers = as(acme.viewer, 'acme');
    for (const path of [
      '/executions',
      '/deployments',
      '/deployments/dep',
      '/blueprints',
      '/workflows',
      '/tenants',
      '/status',
    ])
      expect([path, (await app.ask('GET', path, undefined, headers)).status]).toEqual([path, 200]);
    const { body } = await app.ask('POST', '/executions', START, as(acme.operator, 'acme'));
    const path = `/executions/${String(body['id'])}`;
    for (const [method, at, sent] of [
      ['POST', '/executions', START],
      ['POST', path, { action: 'cancel' }],
      ['PATCH', path, { status: 'cancelled' }],
      ['DELETE', '/executions', {}],
      ['PUT', '/deployments/new', { blueprint_id: 'hello-world' }],
      ['DELETE', '/deployments/dep', {}],
      ['POST', '/tokens', {}],
      ['POST', '/tenants/new', {}],
    ] as const)
      expect([at, ...refusal(await app.ask(method, at, sent, headers)).slice(0, 2)]).toEqual([
        at,
        403,
        'forbidden_error',
      ]);
    expect(refusal(await app.ask('DELETE', '/executions', {}, as(acme.operator, 'acme')))[0]).toBe(403);
    expect((await app.ask('DELETE', '/executions', {}, as(acme.admin, 'acme'))).status).toBe(200);
  });
});

describe('tenants', () => {
  it('must be named, and be one’s own', async () => {
    expect(refusal(await app.call('GET', '/api/v3/executions', { headers: acme.admin }))).toEqual([
      403,
      'forbidden_error',
      expect.stringContaining('Tenant'),
    ]);
    for (const tenant of ['other', 'nobodys'])
      expect(refusal(await app.ask('GET', '/executions', undefined, as(acme.admin, tenant)))).toEqual([
        403,
        'forbidden_error',
        expect.stringContaining(tenant),
      ]);
    const { body } = await app.ask('GET', '/tenants', undefined, as(acme.viewer, 'acme'));
    expect(body['items']).toEqual([{ name: 'acme' }]);
  });

  it('do not see what is another’s, and may have the same names', async () => {
    const mine = as(other.admin, 'other');
    expect(refusal(await app.ask('POST', '/executions', START, mine)).slice(0, 2)).toEqual([404, 'not_found_error']);
    const { body } = await app.ask('POST', '/executions', START, as(acme.operator, 'acme'));
    const path = `/executions/${String(body['id'])}`;
    for (const [method, sent] of [['GET'], ['POST', { action: 'kill' }], ['PATCH', { status: 'cancelled' }]] as const)
      expect(refusal(await app.ask(method, path, sent, mine)).slice(0, 2)).toEqual([404, 'not_found_error']);
    expect((await app.ask('PUT', '/deployments/dep', { blueprint_id: 'hello-world' }, mine)).status).toBe(201);
    expect((await app.ask('GET', '/executions?deployment_id=dep', undefined, mine)).body['items']).toEqual([]);
    expect((await app.ask('DELETE', '/deployments/dep', undefined, mine)).status).toBe(200);
    expect((await app.ask('GET', path, undefined, as(acme.viewer, 'acme'))).body).toMatchObject({
      status: 'pending',
      created_by: 'acme-operator',
      tenant_name: 'acme',
    });
  });
});

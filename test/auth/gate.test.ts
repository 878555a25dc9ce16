import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantRole } from '../../src/context/request-context.js';
import { RefusalLog } from '../../src/auth/refusal-log.service.js';
import { until } from '../support/until.js';
import { basic, PASSWORD, startSecuredApp, type Headers, type SecuredApp } from './secured-app.js';

let app: SecuredApp;
let acme: Record<TenantRole, Headers>;
let other: Record<TenantRole, Headers>;
beforeAll(async () => {
  app = await startSecuredApp();
  acme = await app.tenant('acme');
  other = await app.tenant('other');
});
afterAll(() => app.close());

describe('without credentials', () => {
  it.each([
    ['GET', '/api/v2/jobs'],
    ['POST', '/api/v2/jobs'],
    ['GET', '/api/v2/me'],
    ['HEAD', '/api/v2/tags'],
    ['DELETE', '/api/v2/tokens/0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e'],
  ])('%s %s is 401 with a challenge, whatever the body is', async (method, path) => {
    const body = method === 'POST' ? { body: '{"not json' } : {};
    const answer = await app.call(method, path, body);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="Carillon", Basic realm="Carillon", charset="UTF-8"',
    );
    if (method !== 'HEAD') expect(answer.body).toMatchObject({ code: 'unauthenticated' });
  });

  it('opens no window of the browser over a page that handles 401 itself', async () => {
    const answer = await app.call('GET', '/api/v2/jobs', { headers: { 'x-requested-with': 'XMLHttpRequest' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="Carillon"');
  });

  it.each(['/', '/docs', '/docs-json', '/docs/problems', '/api/v2/health/live', '/api/v2/health/ready'])(
    '%s is open',
    async (path) => expect([200, 302]).toContain((await app.call('GET', path)).status),
  );

  it('an unknown path is 404', async () => expect((await app.call('GET', '/api/v2/nowhere')).status).toBe(404));
});

describe('wrong credentials', () => {
  it.each<[string, Headers]>([
    ['an unknown user', basic('nobody-here', PASSWORD)],
    ['an unknown token', { authorization: 'Bearer cr_nothing' }],
    ['an unknown token in the header of other APIs', { 'authentication-token': 'cr_nothing' }],
    ['an unknown scheme', { authorization: 'Digest username="admin"' }],
    ['no scheme', { authorization: 'admin' }],
    ['broken Basic', { authorization: 'Basic !!!' }],
    ['Basic without a colon', { authorization: `Basic ${Buffer.from('admin').toString('base64')}` }],
    ['U+0000 in the name', basic('ad\0min', PASSWORD)],
    ['an unknown session', { cookie: 'carillon_session=nothing' }],
  ])('%s are 401', async (_what, headers) => {
    expect((await app.call('GET', '/api/v2/me', { headers })).body).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
  });

  it('are not made up for by a good cookie', async () => {
    const login = await app.call('POST', '/api/v2/login', { body: { username: 'acme-viewer', password: PASSWORD } });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await app.call('GET', '/api/v2/me', { headers: { cookie } })).status).toBe(200);
    const both = { cookie, authorization: 'Bearer cr_nothing' };
    expect((await app.call('GET', '/api/v2/me', { headers: both })).status).toBe(401);
  });
});

describe('roles', () => {
  it.each<[TenantRole, string, string, number]>([
    ['viewer', 'GET', '/api/v2/tags', 200],
    ['viewer', 'POST', '/api/v2/tags', 403],
    ['operator', 'POST', '/api/v2/tags', 201],
    ['operator', 'GET', '/api/v2/users', 403],
    ['admin', 'GET', '/api/v2/users', 200],
    ['admin', 'POST', '/api/v2/tenants', 403],
  ])('%s: %s %s is %i', async (role, method, path, status) => {
    const body = method === 'POST' ? { body: { name: `by-${role}` } } : {};
    const answer = await app.call(method, path, { ...body, headers: acme[role] });
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(answer.body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining(role) as string });
  });

  it('tell the caller what they may do', async () => {
    const { body } = await app.call('GET', '/api/v2/me', { headers: acme.operator });
    expect(body).toMatchObject({
      kind: 'user',
      name: 'acme-operator',
      isSystemAdmin: false,
      tenant: { name: 'acme', role: 'operator' },
    });
    expect(body.permissions).toContain('jobs:run');
    expect(body.permissions).not.toContain('users:manage');
  });
});

describe('the tenant', () => {
  it('is the own one without the header, and named in the audit log with the user', async () => {
    await app.call('POST', '/api/v2/tags', { body: { name: 'whose' }, headers: other.operator });
    const rows = await app.sql(
      `SELECT t.name AS tenant, a.actor FROM audit_log a JOIN tenants t ON t.id = a.tenant_id WHERE a.subject_name = 'whose'`,
    );
    expect(rows).toEqual([{ tenant: 'other', actor: 'other-operator' }]);
  });

  it('is refused in the same words whether it is foreign, unknown or no name at all', async () => {
    const bodies = await Promise.all(
      ['other', 'nobody', 'OTHER', 'system', 'default_tenant', '', 'a b'].map(async (tenant) => {
        const { status, body } = await app.call('GET', '/api/v2/tags', { headers: { ...acme.admin, tenant } });
        return JSON.stringify([status, { ...body, requestId: '' }]);
      }),
    );
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain('forbidden');
  });

  it('hides the things of others', async () => {
    const { body } = await app.call('POST', '/api/v2/tags', { body: { name: 'secret' }, headers: other.operator });
    expect((await app.call('GET', `/api/v2/tags/${String(body.id)}`, { headers: acme.admin })).status).toBe(404);
  });

  it('can be any for a system administrator', async () => {
    const { body } = await app.call('GET', '/api/v2/me', { headers: { ...app.admin, tenant: 'other' } });
    expect(body).toMatchObject({ isSystemAdmin: true, tenant: { name: 'other', role: 'admin' } });
    expect((await app.call('GET', '/api/v2/me', { headers: { ...app.admin, tenant: 'nobody' } })).status).toBe(403);
  });

  it('is listed only for its members', async () => {
    const names = async (headers: Headers): Promise<unknown> =>
      ((await app.call('GET', '/api/v2/tenants', { headers })).body.items as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await names(acme.viewer)).toEqual(['acme']);
    expect(await names(app.admin)).toEqual(['acme', 'default_tenant', 'other', 'system']);
  });
});

describe('refusals', () => {
  it('are audited: the first at once, the rest summed up', async () => {
    const count = async (): Promise<unknown[]> =>
      app.sql(`SELECT after FROM audit_log WHERE event = 'request.refused' AND actor = 'acme-viewer' ORDER BY id`);
    app.app.get(RefusalLog).sumUp();
    await until('the summary is written', async () => (await count()).length > 0);
    const before = (await count()).length;
    for (let i = 0; i < 5; i++)
      await app.call('DELETE', `/api/v2/jobs/${crypto.randomUUID()}`, { headers: acme.viewer });
    await until('the first refusal is written', async () => (await count()).length === before + 1);
    app.app.get(RefusalLog).sumUp();
    await until('the others are summed up', async () => (await count()).length === before + 2);
    expect((await count()).slice(-2)).toEqual([
      { after: { status: 403, route: 'DELETE /api/v2/jobs/:id', address: '127.0.0.1', count: 1 } },
      { after: { status: 403, route: 'DELETE /api/v2/jobs/:id', address: '127.0.0.1', count: 4 } },
    ]);
  });
});

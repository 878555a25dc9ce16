import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantRole } from '../../src/context/request-context.js';
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

const create = (username: string, headers: Headers, more: object = {}) =>
  app.call('POST', '/api/v2/users', { body: { username, password: PASSWORD, ...more }, headers });
const idOf = async (username: string): Promise<string> =>
  (await app.sql<{ id: string }>('SELECT id FROM users WHERE username = $1', [username]))[0]?.id ?? '';
const me = (headers: Headers) => app.call('GET', '/api/v2/me', { headers });

describe('an administrator of a tenant', () => {
  it('makes users who belong to the tenant, and owns their accounts', async () => {
    const made = await create('local', acme.admin, { role: 'operator' });
    expect(made).toMatchObject({
      status: 201,
      body: { username: 'local', role: 'operator', isLocal: true, isSystemAdmin: false },
    });
    const path = made.headers.get('location') ?? '';
    expect((await me(basic('local', PASSWORD))).body).toMatchObject({ tenant: { name: 'acme', role: 'operator' } });
    expect(
      (await app.call('PUT', `${path}/membership`, { body: { role: 'viewer' }, headers: acme.admin })).body,
    ).toMatchObject({ role: 'viewer' });
    expect(
      (await app.call('PATCH', path, { body: { password: 'a new one, longer' }, headers: acme.admin })).status,
    ).toBe(200);
    expect((await me(basic('local', 'a new one, longer'))).body).toMatchObject({ tenant: { role: 'viewer' } });
    expect((await app.call('DELETE', `${path}/membership`, { headers: acme.admin })).status).toBe(204);
    expect((await me(basic('local', 'a new one, longer'))).body).toMatchObject({
      tenant: null,
      permissions: ['me:read', 'me:write', 'tenants:read'],
    });
    const without = await app.call('GET', '/api/v2/jobs', { headers: basic('local', 'a new one, longer') });
    expect(without.body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await app.call('PUT', `${path}/membership`, { body: { role: 'admin' }, headers: acme.admin })).status).toBe(
      200,
    );
  });

  it('changes the role, but not the account, of a member who belongs to the installation', async () => {
    const path = `/api/v2/users/${await idOf('acme-operator')}`;
    expect(
      (await app.call('PUT', `${path}/membership`, { body: { role: 'operator' }, headers: acme.admin })).status,
    ).toBe(200);
    for (const body of [{ password: 'taken over 1' }, { disabled: true }])
      expect((await app.call('PATCH', path, { body, headers: acme.admin })).body).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
    expect((await me(acme.operator)).status).toBe(200);
  });

  it('sees nobody of other tenants, by list or by id', async () => {
    const { body } = await app.call('GET', '/api/v2/users?limit=200', { headers: other.admin });
    expect((body.items as { username: string }[]).map(({ username }) => username)).toEqual([
      'other-admin',
      'other-operator',
      'other-viewer',
    ]);
    const foreign = await idOf('acme-viewer');
    const unknown = crypto.randomUUID();
    for (const [method, suffix, payload] of [
      ['GET', '', undefined],
      ['PATCH', '', { disabled: true }],
      ['PUT', '/membership', { role: 'admin' }],
      ['DELETE', '/membership', undefined],
    ] as const) {
      const answers = await Promise.all(
        [foreign, unknown].map(async (id) => {
          const options = { headers: other.admin, ...(payload ? { body: payload } : {}) };
          const answer = await app.call(method, `/api/v2/users/${id}${suffix}`, options);
          return answer.text.replaceAll(id, 'id').replaceAll(String(answer.body.requestId), 'request');
        }),
      );
      expect(answers[0]).toBe(answers[1]);
      expect(answers[0]).toContain('not_found');
    }
    expect((await app.call('GET', '/api/v2/users?everywhere=true', { headers: other.admin })).status).toBe(403);
  });

  it('makes no system administrator, of nobody', async () => {
    expect((await create('evil', acme.admin, { isSystemAdmin: true })).status).toBe(403);
    const made = await create('ordinary', acme.admin);
    const path = made.headers.get('location') ?? '';
    expect((await app.call('PATCH', path, { body: { isSystemAdmin: true }, headers: acme.admin })).status).toBe(403);
  });
});

describe('a system administrator', () => {
  it('adds a user to a second tenant, who then belongs to the installation', async () => {
    const made = await create('wanderer', acme.admin);
    const path = made.headers.get('location') ?? '';
    const added = await app.call('PUT', `${path}/membership`, {
      body: { role: 'viewer' },
      headers: { ...app.admin, tenant: 'other' },
    });
    expect(added).toMatchObject({ status: 200, body: { role: 'viewer', isLocal: false } });
    expect((await app.call('PATCH', path, { body: { password: 'taken over 1' }, headers: acme.admin })).status).toBe(
      403,
    );
    const { body } = await me(basic('wanderer', PASSWORD));
    expect(body).toMatchObject({ tenant: { name: 'acme' }, tenants: [{ name: 'acme' }, { name: 'other' }] });
    const chosen = await app.call('PATCH', '/api/v2/me', {
      body: { defaultTenant: 'other' },
      headers: basic('wanderer', PASSWORD),
    });
    expect(chosen.status).toBe(204);
    expect((await me(basic('wanderer', PASSWORD))).body).toMatchObject({ tenant: { name: 'other' } });
    const foreign = await app.call('PATCH', '/api/v2/me', {
      body: { defaultTenant: 'system' },
      headers: basic('wanderer', PASSWORD),
    });
    expect(foreign.status).toBe(403);
  });

  it('cannot take the last one away', async () => {
    const path = `/api/v2/users/${await idOf('admin')}`;
    for (const body of [{ disabled: true }, { isSystemAdmin: false }])
      expect((await app.call('PATCH', path, { body, headers: app.admin })).body).toMatchObject({
        status: 409,
        code: 'conflict',
      });
    await create('second', app.admin, { isSystemAdmin: true });
    const second = `/api/v2/users/${await idOf('second')}`;
    const answers = await Promise.all(
      [path, second].map((one) => app.call('PATCH', one, { body: { isSystemAdmin: false }, headers: app.admin })),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(await app.sql('SELECT 1 FROM users WHERE is_system_admin AND disabled_at IS NULL')).toHaveLength(1);
    await app.sql(`UPDATE users SET is_system_admin = true WHERE username = 'admin'`);
  });

  it('makes and describes tenants, each once', async () => {
    const made = await app.call('POST', '/api/v2/tenants', { body: { name: 'third' }, headers: app.admin });
    expect(made.status).toBe(201);
    expect((await app.call('POST', '/api/v2/tenants', { body: { name: 'third' }, headers: app.admin })).status).toBe(
      409,
    );
    expect((await app.call('POST', '/api/v2/tenants', { body: { name: 'a b' }, headers: app.admin })).status).toBe(400);
    const path = made.headers.get('location') ?? '';
    const described = await app.call('PATCH', path, { body: { description: 'Third' }, headers: app.admin });
    expect(described.body).toMatchObject({ name: 'third', description: 'Third' });
    expect((await app.call('GET', path, { headers: acme.admin })).status).toBe(404);
  });
});

it('names are unique whatever their case', async () => {
  expect((await create('ACME-Viewer', other.admin)).body).toMatchObject({ status: 409, code: 'conflict' });
});

it('no password, and no hash of one, is in the audit log', async () => {
  const rows = await app.sql<{ text: string }>('SELECT a::text AS text FROM audit_log a');
  expect(rows.some(({ text }) => /argon2|taken over|a new one|épée/.test(text))).toBe(false);
});

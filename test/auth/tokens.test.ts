import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantRole } from '../../src/context/request-context.js';
import { startSecuredApp, type Headers, type SecuredApp } from './secured-app.js';

let app: SecuredApp;
let acme: Record<TenantRole, Headers>;
beforeAll(async () => {
  app = await startSecuredApp();
  acme = await app.tenant('acme');
  await app.tenant('other');
});
afterAll(() => app.close());

const make = (name: string, more: object = {}) =>
  app.call('POST', '/api/v2/tokens', { body: { name, role: 'operator', ...more }, headers: acme.admin });
const bearer = (token: unknown): Headers => ({ authorization: `Bearer ${String(token)}` });
const me = (headers: Headers) => app.call('GET', '/api/v2/me', { headers });

describe('a token', () => {
  it('is shown once, and stored hashed', async () => {
    const { status, body } = await make('once');
    expect(status).toBe(201);
    expect(body.token).toMatch(/^cr_[\w-]{43}$/);
    const list = await app.call('GET', '/api/v2/tokens', { headers: acme.admin });
    expect(list.text).toContain(String(body.hint));
    const stored = await app.sql<{ text: string }>(
      'SELECT k::text AS text FROM api_tokens k UNION ALL SELECT a::text FROM audit_log a',
    );
    expect([list.text, ...stored.map(({ text }) => text)].some((text) => text.includes(String(body.token)))).toBe(
      false,
    );
  });

  it('acts in its tenant, with its role and under its name, in either header', async () => {
    const { body } = await make('worker');
    for (const headers of [bearer(body.token), { 'authentication-token': String(body.token) }]) {
      expect((await me(headers)).body).toMatchObject({
        kind: 'token',
        name: 'worker',
        tenant: { name: 'acme', role: 'operator' },
      });
    }
    expect((await me({ ...bearer(body.token), tenant: 'acme' })).status).toBe(200);
    expect((await me({ ...bearer(body.token), tenant: 'other' })).status).toBe(403);
    expect((await app.call('GET', '/api/v2/users', { headers: bearer(body.token) })).status).toBe(403);
    await app.call('POST', '/api/v2/tags', { body: { name: 'by-worker' }, headers: bearer(body.token) });
    expect(await app.sql(`SELECT actor FROM audit_log WHERE subject_name = 'by-worker'`)).toEqual([
      { actor: 'worker' },
    ]);
  });

  it('tells when it was last used, writing at most once a minute', async () => {
    const { body } = await make('used');
    const lastUse = async () =>
      (await app.call('GET', `/api/v2/tokens/${String(body.id)}`, { headers: acme.admin })).body.lastUsedAt;
    expect(await lastUse()).toBeNull();
    await Promise.all(Array.from({ length: 20 }, () => me(bearer(body.token))));
    const first = await lastUse();
    expect(first).not.toBeNull();
    await me(bearer(body.token));
    expect(await lastUse()).toBe(first);
    await app.sql(`UPDATE api_tokens SET last_used_at = now() - interval '2 minutes' WHERE id = $1`, [body.id]);
    await me(bearer(body.token));
    expect(Date.parse(String(await lastUse()))).toBeGreaterThanOrEqual(Date.parse(String(first)));
  });

  it('stops working when it is revoked, and its name is free again', async () => {
    const { body } = await make('gone');
    expect((await make('gone')).body).toMatchObject({ status: 409, code: 'conflict' });
    for (let i = 0; i < 2; i++)
      expect((await app.call('DELETE', `/api/v2/tokens/${String(body.id)}`, { headers: acme.admin })).status).toBe(204);
    expect((await me(bearer(body.token))).status).toBe(401);
    expect((await make('gone')).status).toBe(201);
  });

  it('expires', async () => {
    expect((await make('late', { expiresAt: '2020-01-01T00:00:00Z' })).body).toMatchObject({ status: 400 });
    const { body } = await make('short-lived', { expiresAt: '2099-01-01T00:00:00Z' });
    expect((await me(bearer(body.token))).status).toBe(200);
    await app.sql(
      `UPDATE api_tokens SET created_at = now() - interval '2 s', expires_at = now() - interval '1 s' WHERE id = $1`,
      [body.id],
    );
    expect((await me(bearer(body.token))).status).toBe(401);
  });

  it('can never do more than the user who made it', async () => {
    const { body } = await make('capped', { role: 'admin' });
    const [creator] = await app.sql<{ id: string }>(`SELECT id FROM users WHERE username = 'acme-admin'`);
    const path = `/api/v2/users/${creator?.id ?? ''}`;
    const system = { ...app.admin, tenant: 'acme' };
    await app.call('PUT', `${path}/membership`, { body: { role: 'viewer' }, headers: system });
    expect((await me(bearer(body.token))).body).toMatchObject({ tenant: { role: 'viewer' } });
    await app.call('DELETE', `${path}/membership`, { headers: system });
    expect((await me(bearer(body.token))).status).toBe(401);
    await app.call('PUT', `${path}/membership`, { body: { role: 'admin' }, headers: system });
    await app.call('PATCH', path, { body: { disabled: true }, headers: system });
    expect((await me(bearer(body.token))).status).toBe(401);
    await app.call('PATCH', path, { body: { disabled: false }, headers: system });
    expect((await me(bearer(body.token))).body).toMatchObject({ tenant: { role: 'admin' } });
  });

  it('of another tenant is not found', async () => {
    const foreign = await app.token('other', 'viewer', 'foreign');
    for (const method of ['GET', 'DELETE'])
      expect((await app.call(method, `/api/v2/tokens/${foreign.id}`, { headers: acme.admin })).status).toBe(404);
    expect((await me(foreign.headers)).status).toBe(200);
  });

  it('has no account of its own', async () => {
    const { headers } = await app.token('acme', 'admin', 'no-account');
    const body = { currentPassword: 'whatever it is', newPassword: 'whatever it will be' };
    expect((await app.call('POST', '/api/v2/me/password', { body, headers })).status).toBe(403);
  });
});

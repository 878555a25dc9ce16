import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../http/native-app.js';
import { PASSWORD, startSecuredApp, type Headers, type SecuredApp } from './secured-app.js';

let app: SecuredApp;
beforeAll(async () => {
  app = await startSecuredApp({ env: { TRUSTED_PROXIES: '127.0.0.1', SESSION_HOURS: '2' } });
  await app.tenant('acme');
});
afterAll(() => app.close());

const login = (headers: Headers = {}, body: unknown = { username: 'acme-operator', password: PASSWORD }) =>
  app.call('POST', '/api/v2/login', { body, headers });
const cookieOf = (answer: Answer): Headers => ({ cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' });
const status = async (headers: Headers): Promise<number> => (await app.call('GET', '/api/v2/me', { headers })).status;

describe('a session', () => {
  it('starts with JSON and with a form, in a cookie that scripts cannot read', async () => {
    const form = new URLSearchParams({ username: 'acme-operator', password: PASSWORD }).toString();
    for (const answer of [await login(), await login({ 'content-type': 'application/x-www-form-urlencoded' }, form)]) {
      expect(answer).toMatchObject({ status: 200, body: { username: 'acme-operator' } });
      expect(answer.headers.get('set-cookie')).toMatch(
        /^carillon_session=[\w-]{43}; Max-Age=7200; Path=\/; HttpOnly; SameSite=Lax$/,
      );
      const { body } = await app.call('GET', '/api/v2/me', { headers: cookieOf(answer) });
      expect(body).toMatchObject({ kind: 'user', name: 'acme-operator', tenant: { name: 'acme' } });
    }
  });

  it('travels only over TLS when it began there', async () => {
    expect((await login({ 'x-forwarded-proto': 'https' })).headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  it('is stored hashed', async () => {
    const [, id = ''] = cookieOf(await login()).cookie?.split('=') ?? [];
    const rows = await app.sql<{ text: string }>('SELECT s::text AS text FROM sessions s');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ text }) => text.includes(id))).toBe(false);
  });

  it('gets a new id at every sign-in, and the one before ends', async () => {
    const first = cookieOf(await login());
    const second = cookieOf(await login(first));
    expect(second).not.toEqual(first);
    expect([await status(first), await status(second)]).toEqual([401, 200]);
    const planted = { cookie: 'carillon_session=planted-by-somebody-else' };
    expect(cookieOf(await login(planted))).not.toEqual(planted);
    expect(await status(planted)).toBe(401);
  });

  it('ends with logout, once and again', async () => {
    const cookie = cookieOf(await login());
    for (let i = 0; i < 2; i++) {
      const answer = await app.call('POST', '/api/v2/logout', { headers: cookie });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('set-cookie')).toMatch(/^carillon_session=; Max-Age=0;/);
    }
    expect(await status(cookie)).toBe(401);
  });

  it('ends everywhere at the wish of its user, but not those of others', async () => {
    const mine = [cookieOf(await login()), cookieOf(await login())];
    const other = cookieOf(await login({}, { username: 'acme-viewer', password: PASSWORD }));
    expect((await app.call('DELETE', '/api/v2/me/sessions', { headers: mine[0] ?? {} })).status).toBe(204);
    expect(await Promise.all([...mine, other].map(status))).toEqual([401, 401, 200]);
  });

  it('ends by itself, and when its user is disabled', async () => {
    const cookie = cookieOf(await login({}, { username: 'acme-viewer', password: PASSWORD }));
    await app.sql(
      `UPDATE sessions SET created_at = now() - interval '3 hours', expires_at = now() - interval '1 second'`,
    );
    expect(await status(cookie)).toBe(401);
    const again = cookieOf(await login({}, { username: 'acme-viewer', password: PASSWORD }));
    const [user] = await app.sql<{ id: string }>(`SELECT id FROM users WHERE username = 'acme-viewer'`);
    const answer = await app.call('PATCH', `/api/v2/users/${user?.id ?? ''}`, {
      body: { disabled: true },
      headers: app.admin,
    });
    expect(answer).toMatchObject({ status: 200, body: { disabled: true } });
    expect(await status(again)).toBe(401);
    expect((await login({}, { username: 'acme-viewer', password: PASSWORD })).status).toBe(401);
  });

  it('signing in and out is audited for the installation', async () => {
    await app.call('POST', '/api/v2/logout', { headers: cookieOf(await login()) });
    const rows = await app.sql(
      `SELECT DISTINCT a.event, t.name AS tenant FROM audit_log a JOIN tenants t ON t.id = a.tenant_id
       WHERE a.event LIKE 'user.signed_%' AND a.actor = 'acme-operator' ORDER BY 1`,
    );
    expect(rows).toEqual([
      { event: 'user.signed_in', tenant: 'system' },
      { event: 'user.signed_out', tenant: 'system' },
    ]);
  });

  it('of a disabled user cannot even be ended: it is worth nothing, and nothing is written', async () => {
    const cookie = cookieOf(await login());
    const ends = () => app.sql(`SELECT 1 FROM audit_log WHERE event = 'user.signed_out' AND actor = 'acme-operator'`);
    const before = (await ends()).length;
    await app.sql(`UPDATE users SET disabled_at = now() WHERE username = 'acme-operator'`);
    expect((await app.call('POST', '/api/v2/logout', { headers: cookie })).status).toBeLessThan(500);
    expect(await ends()).toHaveLength(before);
    await app.sql(`UPDATE users SET disabled_at = NULL WHERE username = 'acme-operator'`);
    expect(await status(cookie)).toBe(200);
  });

  it('is refused to a wrong password without a cookie', async () => {
    const answer = await login({}, { username: 'acme-operator', password: 'wrong' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});

describe('a page of another origin', () => {
  const tag = (headers: Headers) => app.call('POST', '/api/v2/tags', { body: { name: crypto.randomUUID() }, headers });

  it.each<[string, Headers]>([
    ['named by Origin', { origin: 'https://evil.example' }],
    ['that hides its origin', { origin: 'null' }],
    ['of another port', { origin: 'http://127.0.0.1:1' }],
    ['named by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['that posts a form', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['of a neighbouring name', { 'sec-fetch-site': 'same-site' }],
  ])('%s cannot ride on a session', async (_what, headers) => {
    const cookie = cookieOf(await login());
    expect((await tag({ ...cookie, ...headers })).status).toBe(403);
  });

  it('cannot sign anybody in', async () => expect((await login({ origin: 'https://evil.example' })).status).toBe(403));

  it('is not taken for a page of this server', async () => {
    const cookie = cookieOf(await login());
    expect((await tag({ ...cookie, origin: app.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await tag(cookie)).status).toBe(201);
  });
});

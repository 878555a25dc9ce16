import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RefusalLog } from '../../src/auth/refusal-log.service.js';
import { until } from '../support/until.js';
import { ADMIN_PASSWORD, basic, PASSWORD, startSecuredApp, type Headers, type SecuredApp } from './secured-app.js';

let app: SecuredApp;
beforeAll(async () => {
  // So that a test can come from several addresses.
  app = await startSecuredApp({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
  await app.tenant('acme');
});
afterAll(() => app.close());

const from = (address: string, headers: Headers): Headers => ({ ...headers, 'x-forwarded-for': address });
const me = (headers: Headers) => app.call('GET', '/api/v2/me', { headers });

describe('passwords', () => {
  it('are stored as argon2id', async () => {
    const rows = await app.sql<{ hash: string }>('SELECT password_hash AS hash FROM users');
    expect(rows.every(({ hash }) => hash.startsWith('$argon2id$v=19$m=19456,t=2,p=1$'))).toBe(true);
  });

  it('may hold colons and any letters, composed or not, and names any case', async () => {
    expect((await me(basic('ACME-Viewer', PASSWORD))).status).toBe(200);
    expect((await me(basic('acme-viewer', PASSWORD.normalize('NFD')))).status).toBe(200);
  });

  it.each(['short', 'x'.repeat(201), ':colon-first'])('%s is refused', async (password) => {
    const answer = await app.call('POST', '/api/v2/users', {
      body: { username: 'weak', password },
      headers: app.admin,
    });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: '/password' }] } });
    expect(answer.text).not.toContain(password);
  });

  it('are asked for again to change them, and end the other sessions', async () => {
    const login = () => app.call('POST', '/api/v2/login', { body: { username: 'acme-admin', password: PASSWORD } });
    const cookieOf = async () => ({ cookie: (await login()).headers.get('set-cookie')?.split(';')[0] ?? '' });
    const [mine, elsewhere] = [await cookieOf(), await cookieOf()];
    const change = (currentPassword: string) =>
      app.call('POST', '/api/v2/me/password', {
        body: { currentPassword, newPassword: 'another one 1' },
        headers: mine,
      });
    expect((await change('not it at all')).status).toBe(403);
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await me(mine)).status).toBe(200);
    expect((await me(elsewhere)).status).toBe(401);
    expect((await me(basic('acme-admin', PASSWORD))).status).toBe(401);
    expect((await me(basic('acme-admin', 'another one 1'))).status).toBe(200);
  });
});

describe('100 wrong passwords', () => {
  const attempt = (i: number) => me(from('203.0.113.9', basic('acme-operator', `wrong ${i}`)));

  it('are slowed, say how long to wait, are audited, and do not keep the right one out from elsewhere', async () => {
    const answers = [];
    for (let i = 0; i < 20; i++) answers.push(await attempt(i));
    answers.push(...(await Promise.all(Array.from({ length: 80 }, (_, i) => attempt(20 + i)))));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.every(({ status }) => status === 401 || status === 429)).toBe(true);
    expect(answers.slice(0, 5).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(refused.length).toBeGreaterThan(85);
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // Right or wrong: while the pause lasts the password is not looked at.
    await me(from('203.0.113.9', basic('acme-operator', 'wrong once more')));
    const blocked = await me(from('203.0.113.9', basic('acme-operator', PASSWORD)));
    expect([429, 200]).toContain(blocked.status);
    expect((await me(from('198.51.100.7', basic('acme-operator', PASSWORD)))).status).toBe(200);
    app.app.get(RefusalLog).sumUp();
    const counted = await until('all are audited', async () => {
      const [row] = await app.sql<{ sum: number }>(
        `SELECT sum((after->>'count')::integer)::integer AS sum FROM audit_log
         WHERE event = 'request.refused' AND subject_name = 'acme-operator' AND after->>'address' = '203.0.113.9'`,
      );
      return (row?.sum ?? 0) >= 101 && row;
    });
    expect(counted.sum).toBeLessThanOrEqual(102);
  });

  it('at once get no more tries than one after the other', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => me(from('203.0.113.77', basic('acme-viewer', `guess ${i}`)))),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(6);
  });

  it('for many names from one address are slowed too', async () => {
    const answers = [];
    for (let i = 0; i < 60; i++) answers.push(await me(from('203.0.113.200', basic(`made-up-${i}`, 'x'))));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(31);
    expect(answers.at(-1)?.status).toBe(429);
  });

  it('for one name from many addresses pause it only where it is a stranger', async () => {
    await app.call('POST', '/api/v2/users', {
      body: { username: 'target', password: PASSWORD },
      headers: from('198.51.100.8', app.admin),
    });
    expect((await me(from('198.51.100.9', basic('target', PASSWORD)))).status).toBe(200);
    const answers = [];
    for (let i = 0; i < 60; i++) answers.push(await me(from(`192.0.2.${i}`, basic('target', `guess ${i}`))));
    expect(answers.at(-1)?.status).toBe(429);
    expect((await me(from('192.0.2.250', basic('target', PASSWORD)))).status).toBe(429);
    expect((await me(from('198.51.100.9', basic('target', PASSWORD)))).status).toBe(200);
  });

  it('do not tell who exists: same answer, similar time', async () => {
    const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    const time = async (username: string, i: number): Promise<[number, string]> => {
      const beganMs = performance.now();
      const { status, body } = await me(from(`192.0.3.${i}`, basic(username, `guess ${i}`)));
      return [performance.now() - beganMs, JSON.stringify([status, { ...body, requestId: '' }])];
    };
    const known: number[] = [];
    const unknown: number[] = [];
    const bodies = new Set<string>();
    for (let i = 0; i < 30; i++) {
      const [knownMs, knownBody] = await time('acme-admin', i);
      const [unknownMs, unknownBody] = await time(`stranger-${i}`, 100 + i);
      known.push(knownMs);
      unknown.push(unknownMs);
      bodies.add(knownBody).add(unknownBody);
    }
    expect(bodies.size).toBe(1);
    const [a, b] = [median(known), median(unknown)];
    expect(Math.max(a, b) / Math.min(a, b)).toBeLessThan(1.5);
  });
});

it('the addresses that a client makes up do not count without a trusted proxy', async () => {
  const direct = await startSecuredApp();
  try {
    const answers = [];
    for (let i = 0; i < 12; i++)
      answers.push(
        await direct.call('GET', '/api/v2/me', { headers: from(`203.0.113.${i}`, basic('admin', `guess ${i}`)) }),
      );
    expect(answers.at(-1)?.status).toBe(429);
  } finally {
    await direct.close();
  }
});

it('a connection that is closed in the middle of a sign-in leaves nothing behind', async () => {
  const { authorization } = basic('admin', ADMIN_PASSWORD);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1', () => {
      socket.write(`GET /api/v2/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization ?? ''}\r\n\r\n`, () =>
        socket.destroy(),
      );
    });
    socket.on('close', () => resolve()).on('error', reject);
  });
  expect((await me(app.admin)).status).toBe(200);
});

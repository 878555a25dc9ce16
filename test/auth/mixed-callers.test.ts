import { afterAll, beforeAll, expect, it } from 'vitest';
import { basic, PASSWORD, startSecuredApp, type Headers, type SecuredApp } from './secured-app.js';

const TENANTS = ['red', 'green', 'blue'];
const REQUESTS = 1200;
/** Beyond it the connections of one client, which shares its core with the server, are what is tested. */
const IN_FLIGHT = 400;

let app: SecuredApp;
const callers: { actor: string; tenant: string; headers: Headers }[] = [];
beforeAll(async () => {
  app = await startSecuredApp({ env: { DATABASE_POOL_SIZE: '6' } });
  for (const tenant of TENANTS) {
    await app.tenant(tenant);
    const { headers } = await app.token(tenant, 'operator', `${tenant}-token`);
    const login = await app.call('POST', '/api/v2/login', {
      body: { username: `${tenant}-admin`, password: PASSWORD },
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    callers.push(
      { actor: `${tenant}-operator`, tenant, headers: basic(`${tenant}-operator`, PASSWORD) },
      { actor: `${tenant}-token`, tenant, headers },
      { actor: `${tenant}-admin`, tenant, headers: { cookie } },
      { actor: 'admin', tenant, headers: { ...app.admin, tenant } },
    );
  }
});
afterAll(() => app.close());

it(`${REQUESTS} requests of 12 callers, ${IN_FLIGHT} at a time, act as nobody but their caller, in no tenant but theirs`, async () => {
  const wanted = Array.from({ length: REQUESTS }, (_, i) => ({ ...callers[i % callers.length]!, name: `tag-${i}` }));
  const answers: (readonly [status: number, isRight: boolean])[] = [];
  const call = async ({ headers, name, tenant, actor }: (typeof wanted)[number], i: number): Promise<void> => {
    if (i % 3 === 0) {
      const { status, body } = await app.call('GET', '/api/v2/me', { headers });
      answers[i] = [status, body.name === actor && (body.tenant as { name: string }).name === tenant];
    } else answers[i] = [(await app.call('POST', '/api/v2/tags', { body: { name }, headers })).status, true];
  };
  const entries = wanted.entries();
  const sendOn = async (): Promise<void> => {
    for (const [i, one] of entries) await call(one, i);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sendOn));
  expect(answers.filter(([status, isRight], i) => status !== (i % 3 === 0 ? 200 : 201) || !isRight)).toEqual([]);
  const written = await app.sql<{ name: string; tenant: string; actor: string }>(
    `SELECT a.subject_name AS name, t.name AS tenant, a.actor FROM audit_log a JOIN tenants t ON t.id = a.tenant_id
     JOIN tags g ON g.id::text = a.subject_id AND g.tenant_id = a.tenant_id WHERE a.event = 'tag.created'`,
  );
  const expected = wanted.filter((_, i) => i % 3 !== 0).map(({ name, tenant, actor }) => `${name} ${tenant} ${actor}`);
  expect(written.map(({ name, tenant, actor }) => `${name} ${tenant} ${actor}`).sort()).toEqual(expected.sort());
}, 120_000);

// With AUTH=on, forbidden classes, and a page of another origin.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSecuredApp, type Headers, type SecuredApp } from '../../auth/secured-app.js';
import type { TenantRole } from '../../../src/context/request-context.js';
import { API_ATTACK, said } from './chaos-app.js';

const PAGE = 'https://pages.example';
const PLAN = {
  name: 'p',
  attack: API_ATTACK,
  planner: { ref: 'exact_planner:ExactPlanner', args: { date: '2090-01-01T00:00' } },
};

let app: SecuredApp;
let users: Record<TenantRole, Headers>;
beforeAll(async () => {
  app = await startSecuredApp({ env: { FORBIDDEN_JOB_CLASSES: 'shell', CORS_ORIGINS: PAGE } });
  users = await app.tenant('chaotic');
});
afterAll(() => app.close());

const post = (headers: Headers, body: unknown = PLAN) => app.call('POST', '/api/1/plans/', { body, headers });

describe('who signs in', () => {
  it('is asked for credentials in the words of this API', async () => {
    const answer = await app.call('GET', '/api/1/executors/');
    expect([answer.status, Object.keys(answer.body), answer.headers.get('content-type')]).toEqual([
      401,
      ['msg'],
      'application/json',
    ]);
    expect(answer.headers.get('www-authenticate')).toContain('Basic');
  });

  it('sees plans as a viewer and makes them as an operator, in the own tenant', async () => {
    const refused = await post(users.viewer);
    expect([refused.status, Object.keys(refused.body)]).toEqual([403, ['msg']]);
    expect(said(await post(users.operator))).toEqual([200, { msg: 'ok' }]);
    expect((await app.call('GET', '/api/1/plans/', { headers: users.viewer })).body['plans']).toHaveLength(1);
    expect((await app.call('GET', '/api/1/plans/', { headers: app.admin })).body['plans']).toEqual([]);
  });

  it('may not run scripts where shell is forbidden', async () => {
    const attack = {
      ref: 'run_script:RunScript',
      args: { region: '', filters: {}, local_script: 'a', remote_script: 'b', ssh: { user: 'u', pem: 'p' } },
    };
    const answer = await post(users.operator, { ...PLAN, attack });
    expect(answer.status).toBe(403);
    expect(answer.body['msg']).toContain('chaosmonkey.run_script.RunScript is forbidden');
  });
});

describe('a web page of an allowed origin', () => {
  it('may call it, after a preflight that needs no credentials', async () => {
    const preflight = await app.call('OPTIONS', '/api/1/plans/', {
      headers: { origin: PAGE, 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, PAGE]);
    const answer = await app.call('GET', '/api/1/plans/', { headers: { ...users.viewer, origin: PAGE } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
  });
});

describe('the audit log', () => {
  it('does not hold the private key of an attack', async () => {
    const job = { name: 'j', jobClass: 'noop', parameters: { ssh: { user: 'u', pem: 'VERY-PRIVATE' } } };
    await app.call('POST', '/api/v2/jobs', { body: job, headers: users.operator });
    const entries = await app.sql(`SELECT 1 FROM audit_log WHERE audit_log::text LIKE '%VERY-PRIVATE%'`);
    expect(entries).toEqual([]);
  });
});

// How many statements a request sends to the database. What grows with the rows that it reads or writes is an N+1, however fast each is.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillTenant, JOB, names, triggers, type Ids } from './listable-tenant.js';
import { startNativeApp, type NativeApp } from './native-app.js';

const FEW = 'few';
const MANY = 'many';
const SIZES = { [FEW]: 1, [MANY]: 50 } as const;
type Tenant = keyof typeof SIZES;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Lists, and where the rows stand in their answer; undefined: it is the rows. A `{job}` is an id of the tenant. */
const LISTS: [path: string, rowsAt?: string][] = [
  ['/api/v2/jobs', 'items'],
  ['/api/v2/jobs?group=of+one&tag=of+all', 'items'],
  ['/api/v2/jobs/{busy job}/triggers'],
  ['/api/v2/executions', 'items'],
  ['/api/v2/executions?state=pending', 'items'],
  ['/api/v2/executions?group=of+one', 'items'],
  ['/api/v2/executions?jobId={job}', 'items'],
  ['/api/v2/executions?tag=of+all', 'items'],
  ['/api/v2/groups', 'items'],
  ['/api/v2/profiles', 'items'],
  ['/api/v2/tags', 'items'],
  ['/api/v2/agents', 'items'],
  ['/api/v2/calendars', 'items'],
  ['/api/v2/backfills', 'items'],
  ['/api/v2/tokens', 'items'],
  ['/api/v2/agent-join-tokens', 'items'],
  ['/api/v2/users', 'items'],
  ['/api/v2/audit-log', 'items'],
  ['/api/v1/jobs', 'jobs'],
  ['/api/v1/executions', 'executions'],
  ['/api/v1/logs', 'logs'],
  ['/api/v1/tags/'],
  ['/api/v1/tags/of%20all', 'jobs'],
  ['/api/v1/agents/'],
  ['/api/1/plans/', 'plans'],
  ['/api/1/executors/', '_embedded.executors'],
  ['/api/v3.1/deployments', 'items'],
  ['/api/v3.1/executions', 'items'],
  ['/api/v1/jobs/?limit=50', 'data'],
  ['/api/v1/packages/?limit=50', 'data'],
  ['/api/v1/devices/?limit=50', 'data'],
  ['/api/v1/configs/?limit=50', 'data'],
];

/** Requests that read or write one thing, or one with parts, `n` of them; what must not depend on how many. */
const WITH_PARTS: [what: string, method: Method, path: string, body?: (n: number, ids: Ids) => unknown][] = [
  ['a job with triggers', 'GET', '/api/v2/jobs/{busy job}'],
  [
    'a new job with triggers and tags',
    'POST',
    '/api/v2/jobs',
    (n) => ({ ...JOB, triggers: triggers(n), tags: names(n) }),
  ],
  ['a job with new tags', 'PUT', '/api/v2/jobs/{job}', (n) => ({ ...JOB, group: 'of one', tags: names(n) })],
  ['many runs of a job', 'POST', '/api/v2/jobs/{job}/runs', (n) => ({ count: n })],
  ['pausing a job', 'POST', '/api/v2/jobs/{busy job}/pause'],
  ['resuming a job', 'POST', '/api/v2/jobs/{busy job}/resume'],
  ['explaining a job', 'GET', '/api/v2/jobs/{busy job}/explain'],
  ['explaining a run', 'GET', '/api/v2/executions/{execution}/explain'],
  ['a calendar that triggers use', 'PATCH', '/api/v2/calendars/{calendar}', () => ({ entries: [{ yearly: '12-24' }] })],
  ['a limit of a group', 'PATCH', '/api/v2/groups/{group}', () => ({ maxConcurrency: 1000 })],
  ['no limit of a group', 'PATCH', '/api/v2/groups/{group}', () => ({ maxConcurrency: null })],
  ['a claim', 'POST', '/api/v2/agents/{agent}/claim', (n) => ({ held: [], limit: n })],
  ['heartbeats', 'POST', '/api/v2/agents/{agent}/heartbeat', (n) => ({ held: runs(n) })],
  ['reports of runs', 'POST', '/api/v2/agents/{agent}/reports', (n) => ({ runs: runs(n) })],
  [
    'output of runs',
    'POST',
    '/api/v2/agents/{agent}/logs',
    (n) => ({ pieces: runs(n).map((run) => ({ ...run, ...PIECE })) }),
  ],
  [
    'ends of runs',
    'POST',
    '/api/v2/agents/{agent}/complete',
    (n) => ({ ends: runs(n).map((run) => ({ ...run, ...END })) }),
  ],
  ['a tag that jobs carry', 'DELETE', '/api/v2/tags/{tag}'],
  ['a job', 'DELETE', '/api/v2/jobs/{busy job}'],
];

/** Main operations on one thing, and the most statements that each may send, BEGIN and COMMIT among them. */
const MOST: [method: Method, path: string, most: number, body?: object][] = [
  ['GET', '/api/v2/jobs/{job}', 4],
  ['GET', '/api/v2/executions/{execution}', 1],
  ['GET', '/api/v2/executions/{execution}/logs', 2],
  // The second tells the other processes.
  ['POST', '/api/v2/jobs/{job}/run', 2, {}],
  ['GET', '/api/v1/jobs/{job}', 4],
  ['GET', '/api/v1/executions/{execution}', 5],
  ['GET', '/api/v1/tags/of%20all', 1],
  ['GET', '/api/1/plans/{plan}', 2],
];

const AT = '2026-11-22T08:00:00Z';
const PIECE = { seq: 0, stream: 'stdout', at: AT, text: 'x' };
const END = { status: 'succeeded', finishedAt: AT };
/** Of nobody: what matters is how they are looked for. */
const runs = (n: number): { id: string; fence: number }[] =>
  names(n).map((_, i) => ({ id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, fence: 1 }));

let native: NativeApp;
const ids = {} as Record<Tenant, Ids>;
let statements = 0;
const { query } = pg.Client.prototype;
beforeAll(async () => {
  native = await startNativeApp();
  for (const tenant of [FEW, MANY] as const) ids[tenant] = await fillTenant(native, tenant, SIZES[tenant]);
  pg.Client.prototype.query = function counted(this: pg.Client, ...given: unknown[]): never {
    statements++;
    return Reflect.apply(query, this, given) as never;
  };
}, 180_000);
afterAll(async () => {
  pg.Client.prototype.query = query;
  await native.close();
});

/** Sends a request and counts. What runs beside it in an idle server is so rare that it cannot be meant twice. */
async function counted(
  tenant: Tenant,
  method: Method,
  path: string,
  body?: unknown,
): Promise<{ sent: number; status: number; text: string; answer: unknown }> {
  const target = path.replaceAll(/\{([\w ]+)\}/g, (_whole, name: string) => ids[tenant][name] ?? '');
  const before = statements;
  const { status, text, body: answer } = await native.call(method, target, { body, headers: { tenant } });
  return { sent: statements - before, status, text, answer };
}

describe('a list', () => {
  it.each(LISTS)('%s takes as many statements for 50 rows as for one', async (path, rowsAt) => {
    const list =
      path.includes('limit') || !path.startsWith('/api/v2/')
        ? path
        : `${path}${path.includes('?') ? '&' : '?'}limit=50`;
    const target = rowsAt === undefined ? path : list;
    // The first answer warms up what is read once.
    await counted(FEW, 'GET', target);
    const [few, many] = [await counted(FEW, 'GET', target), await counted(MANY, 'GET', target)];
    const rowsOf = (answer: unknown): unknown =>
      (rowsAt?.split('.') ?? []).reduce((part, key) => (part as Record<string, unknown>)[key], answer);
    expect([few.status, many.status], many.text.slice(0, 500)).toEqual([200, 200]);
    expect((rowsOf(few.answer) as unknown[]).length).toBeLessThan(SIZES[MANY]);
    expect((rowsOf(many.answer) as unknown[]).length).toBeGreaterThanOrEqual(SIZES[MANY]);
    expect(many.sent).toBe(few.sent);
    expect(few.sent).toBeGreaterThan(0);
  });
});

describe('a main operation', () => {
  it.each(MOST)('%s %s takes at most %i statements', async (method, path, most, body) => {
    await counted(MANY, method, path, body);
    const { sent, status, text } = await counted(MANY, method, path, body);
    expect(status, text.slice(0, 500)).toBeLessThan(300);
    expect(sent).toBeLessThanOrEqual(most);
  });
});

describe('a request', () => {
  it.each(WITH_PARTS)('%s takes as many statements with 50 parts as with one', async (what, method, path, body) => {
    const sent: number[] = [];
    for (const tenant of [FEW, MANY] as const) {
      const answer = await counted(tenant, method, path, body?.(SIZES[tenant], ids[tenant]));
      // 409: all of the runs are of nobody.
      expect(answer.status < 300 || answer.status === 409, `${what}: ${answer.text.slice(0, 500)}`).toBe(true);
      sent.push(answer.sent);
    }
    expect(sent[1]).toBe(sent[0]);
  });
});

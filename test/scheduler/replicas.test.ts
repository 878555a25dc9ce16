// The built program as its users start it, several times on one database.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type ServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const TRIGGERS = 200;

let database: TestDatabase;
let sql: pg.Pool;
const servers: ServerProcess[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  sql = new pg.Pool({ connectionString: database.url, max: 2 });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
  await sql.end();
  await database.drop();
});

async function start(count: number): Promise<ServerProcess[]> {
  const env = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: '3', LOG_LEVEL: 'warn', LEASE_SECONDS: '3' };
  const started = await Promise.all(Array.from({ length: count }, () => startServer({ env })));
  servers.push(...started);
  return started;
}

async function call(
  server: ServerProcess,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}/api/v2${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

const number = async (text: string): Promise<number> => Number((await sql.query<{ n: string }>(text)).rows[0]?.n);
const executed = () => number('SELECT count(*) AS n FROM executions');

/** Makes jobs with 200 triggers in all, each due every second. */
async function makeTriggers(server: ServerProcess): Promise<void> {
  for (let i = 0; i < TRIGGERS / 50; i++) {
    const triggers = Array.from({ length: 50 }, () => ({
      kind: 'interval',
      everySeconds: 1,
      anchorAt: '2026-01-01T00:00:00Z',
      misfirePolicy: 'fire_all',
      misfireCap: 1000,
    }));
    await call(server, 'POST', '/jobs', {
      name: `every second ${i}`,
      jobClass: 'noop',
      retry: { maxAttempts: 3, initialDelaySeconds: 0 },
      triggers,
    });
  }
}

/** Stops all triggers at one instant and waits until every run has ended. */
async function comeToRest(server: ServerProcess): Promise<void> {
  const { items } = (await call(server, 'GET', '/jobs?limit=200')) as { items: { id: string }[] };
  for (const { id } of items) await call(server, 'POST', `/jobs/${id}/pause`);
  await until('nothing is under way', async () => (await number('SELECT count(*) AS n FROM live_runs')) === 0, 30_000);
}

/**
 * What each trigger should have fired: every second from its first occurrence to its last, which the row itself remembers. An instant
 * that is missing, or there twice, is a difference.
 */
const DIFFERENCES = `
  SELECT t.id, t.run_count AS counted, count(e.id)::int AS found, count(DISTINCT e.scheduled_for)::int AS instants,
         (extract(epoch FROM t.last_fire_at - min(e.scheduled_for)))::int + 1 AS expected, count(e.id) FILTER (WHERE e.state NOT IN ('missed', 'skipped'))::int AS ran,
         count(e.id) FILTER (WHERE e.state = 'succeeded')::int AS succeeded
    FROM triggers t LEFT JOIN executions e ON e.trigger_id = t.id
   GROUP BY t.id
  HAVING count(e.id) IS DISTINCT FROM (extract(epoch FROM t.last_fire_at - min(e.scheduled_for)))::int + 1
      OR count(DISTINCT e.scheduled_for) <> count(e.id)
      OR t.run_count <> count(e.id) FILTER (WHERE e.state NOT IN ('missed', 'skipped'))
      OR count(e.id) FILTER (WHERE e.state = 'succeeded') <> count(e.id) FILTER (WHERE e.state NOT IN ('missed', 'skipped'))`;

describe('three replicas on one database', () => {
  it('fire 200 triggers once a second each, through the death of one and of all', async () => {
    const [first, second, third] = await start(3);
    if (!first || !second || !third) throw new Error('three servers');
    await makeTriggers(first);
    await until('three seconds have been fired', async () => (await executed()) >= 3 * TRIGGERS, 30_000);
    const before = await executed();
    await second.kill9();
    await until('the others go on', async () => (await executed()) >= before + 3 * TRIGGERS, 30_000);
    await Promise.all([first.kill9(), third.kill9()]);
    const atDeath = await executed();
    await until('two seconds pass in which nobody fires', async () =>
      number(
        `SELECT CASE WHEN now() > max(created_at) + interval '2 seconds' THEN 1 ELSE 0 END AS n FROM executions`,
      ).then((n) => n === 1),
    );
    expect(await executed()).toBe(atDeath);
    const [fresh] = await start(2);
    if (!fresh) throw new Error('a server');
    await until('all is caught up', async () => (await executed()) >= atDeath + 5 * TRIGGERS, 30_000);
    await comeToRest(fresh);
    expect((await sql.query(DIFFERENCES)).rows).toEqual([]);
    const spans = await sql.query<{ first: Date; last: Date }>(
      'SELECT DISTINCT min(scheduled_for) AS first, max(scheduled_for) AS last FROM executions',
    );
    const { first: from, last: to } = spans.rows[0] ?? { first: new Date(0), last: new Date(0) };
    expect(await executed()).toBeLessThanOrEqual(TRIGGERS * ((to.getTime() - from.getTime()) / 1000 + 1));
  }, 120_000);
});

describe('two processes on one data folder', () => {
  it('share one database as two replicas', async () => {
    const first = await startServer({ env: { LOG_LEVEL: 'warn' } });
    const second = await startServer({ env: { LOG_LEVEL: 'warn', DATA_DIR: first.dataDir } });
    const job = await call(first, 'POST', '/jobs', {
      name: 'j',
      jobClass: 'noop',
      triggers: [{ kind: 'interval', everySeconds: 1, maxRuns: 3 }],
    });
    const jobId = String(job['id']);
    const done = await until('three runs have ended', async () => {
      const { items } = (await call(second, 'GET', `/executions?jobId=${jobId}&state=succeeded`)) as {
        items: { scheduledFor: string }[];
      };
      return items.length >= 3 ? items : null;
    });
    expect(new Set(done.map((item) => item.scheduledFor)).size).toBe(3);
    await first.kill9();
    expect(await call(second, 'POST', `/jobs/${jobId}/run`)).toMatchObject({ state: 'pending' });
    expect(await second.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);
});

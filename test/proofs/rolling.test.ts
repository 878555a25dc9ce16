// Replicas are restarted one after the other while triggers fire, runs run and clients call. Nothing is lost, nothing happens twice, every run ends
// at its first attempt, and a client that goes to another replica when a connection is refused never meets a 5xx.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../fleet/fleet.js';
import type { ServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { ask, call, create, type Answer } from './api-call.js';
import { proofSettings, randomFrom, report } from './proof-settings.js';
import { startPersistently } from './supervised-server.js';

const settings = proofSettings();
const random = randomFrom(settings.seed);
const {
  replicas: REPLICAS,
  rounds: ROUNDS,
  clients: CLIENTS,
} = settings.isLong ? { replicas: 3, rounds: 5, clients: 8 } : { replicas: 2, rounds: 1, clients: 2 };
/** Connections that a client may find refused or broken in a row, over all replicas. */
const MOST_TRIES = 200;

let database: TestDatabase;
let sql: pg.Pool;
let servers: ServerProcess[] = [];
const ports: number[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  sql = new pg.Pool({ connectionString: database.url, max: 2 });
  for (let i = 0; i < REPLICAS; i++) ports.push(await freePort());
  servers = await Promise.all(ports.map(startOn));
}, 300_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
  await sql.end();
  await database.drop();
});

const startOn = (port: number): Promise<ServerProcess> =>
  startPersistently({
    ...{ DATABASE_URL: database.url, PORT: String(port), DATABASE_POOL_SIZE: '4' },
    ...{ LOG_LEVEL: 'warn', LEASE_SECONDS: '5' },
  });

const figures = {
  'restarts under load': 0,
  'requests answered': 0,
  'connections refused or closed': 0,
  'runs asked for': 0,
  'instants of triggers': 0,
};

/** Asks one replica after the other until one answers. */
async function askAny(method: string, path: string, body?: unknown): Promise<Answer> {
  const key: Record<string, string> = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
  const first = Math.floor(random() * ports.length);
  for (let tries = 0; ; tries++) {
    const port = ports[(first + tries) % ports.length] ?? 0;
    try {
      const answer = await ask(`http://127.0.0.1:${port}`, method, path, body, key);
      figures['requests answered']++;
      return answer;
    } catch (error) {
      if (tries === MOST_TRIES) throw error;
      figures['connections refused or closed']++;
    }
  }
}

/** Asks until `isOver`; answers the ids of the runs that it was promised. Whatever is no success is in `refusals`. */
async function client(jobs: readonly string[], isOver: () => boolean, refusals: unknown[]): Promise<string[]> {
  const promised: string[] = [];
  while (!isOver()) {
    const job = jobs[Math.floor(random() * jobs.length)] ?? '';
    const made = await askAny('POST', `/jobs/${job}/run`, {});
    if (made.status === 202 || made.status === 201) promised.push(String(made.body['id']));
    else refusals.push(made);
    for (const path of [`/executions?limit=5&jobId=${job}`, `/jobs/${job}`]) {
      const read = await askAny('GET', path);
      if (read.status !== 200) refusals.push(read);
    }
  }
  return promised;
}

async function makeJobs(origin: string): Promise<string[]> {
  const interval = { kind: 'interval', everySeconds: 1, anchorAt: '2026-01-01T00:00:00Z', misfirePolicy: 'fire_all' };
  const triggers = (count: number) => Array.from({ length: count }, () => interval);
  return Promise.all([
    create(origin, '/jobs', { name: 'quick', jobClass: 'noop', triggers: triggers(20) }),
    create(origin, '/jobs', {
      name: 'slower',
      jobClass: 'shell',
      args: ['echo begin; sleep 0.4; echo end'],
      triggers: triggers(2),
    }),
    create(origin, '/jobs', {
      name: 'one at a time',
      jobClass: 'noop',
      ...{ overlapPolicy: 'queue_all', maxQueued: 100_000 },
      triggers: triggers(2),
    }),
  ]);
}

it(
  'restarted one after the other under load, replicas lose nothing, do nothing twice and answer every request',
  async () => {
    const jobs = await makeJobs(servers[0]?.url ?? '');
    await until('triggers fire', async () => (await sql.query('SELECT 1 FROM executions')).rows.length > 30);
    let isOver = false;
    const refusals: unknown[] = [];
    const clients = Array.from({ length: CLIENTS }, () => client(jobs, () => isOver, refusals));
    try {
      for (let round = 0; round < ROUNDS; round++) {
        for (const [i, port] of ports.entries()) {
          expect(await servers[i]?.stop()).toEqual({ code: 0, signal: null });
          servers[i] = await startOn(port);
          figures['restarts under load']++;
        }
      }
    } finally {
      isOver = true;
    }
    const promised = (await Promise.all(clients)).flat();
    figures['runs asked for'] = promised.length;
    expect(refusals).toEqual([]);
    for (const id of jobs) await call(servers[0]?.url ?? '', 'POST', `/jobs/${id}/pause`);
    await until(
      'every run has ended',
      async () => (await sql.query('SELECT 1 FROM live_runs LIMIT 1')).rows.length === 0,
      60_000,
    );
    await check(promised);
    report('rolling', settings, figures);
  },
  120_000 + ROUNDS * REPLICAS * 60_000,
);

async function check(promised: readonly string[]): Promise<void> {
  const notWell = await sql.query(
    `SELECT id, state, reason, attempt FROM executions WHERE state <> 'succeeded' OR attempt <> 1`,
  );
  expect(notWell.rows).toEqual([]);
  const byHand = await sql.query<{ id: string }>(`SELECT id FROM executions WHERE source = 'manual' ORDER BY id`);
  expect(byHand.rows.map(({ id }) => id)).toEqual([...promised].sort());
  const gaps = await sql.query(
    `SELECT t.id, count(*)::int AS executions, (extract(epoch FROM t.last_fire_at - min(e.scheduled_for)))::int + 1 AS instants
       FROM triggers t JOIN executions e ON e.trigger_id = t.id GROUP BY t.id
     HAVING count(*) <> (extract(epoch FROM t.last_fire_at - min(e.scheduled_for)))::int + 1 OR count(*) <> count(DISTINCT e.scheduled_for)`,
  );
  expect(gaps.rows).toEqual([]);
  const outputs = await sql.query(
    `SELECT e.id FROM executions e LEFT JOIN execution_logs l ON l.execution_id = e.id WHERE e.job_class = 'shell'
      GROUP BY e.id HAVING string_agg(l.text, '' ORDER BY l.seq) IS DISTINCT FROM E'begin\\nend\\n'`,
  );
  expect(outputs.rows).toEqual([]);
  const fired = await sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM executions WHERE source = 'trigger'`);
  figures['instants of triggers'] = fired.rows[0]?.n ?? 0;
}

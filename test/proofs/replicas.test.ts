// Proof 1: replicas that are killed again and again, sessions that are cut, and a PostgreSQL that goes down without a checkpoint, while
// thousands of occurrences come due. Afterwards every instant has exactly one execution and each of them has ended well. A seed repeats what is
// broken and in which order; when the processes notice is theirs.
import { afterEach, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { create } from './api-call.js';
import { startOwnPostgres, type OwnPostgres } from './own-postgres.js';
import { proofSettings, randomFrom, report } from './proof-settings.js';
import { SupervisedServer } from './supervised-server.js';

const settings = proofSettings();
const {
  triggers: TRIGGERS,
  instants: INSTANTS,
  seeds: SEEDS,
} = settings.isLong ? { triggers: 250, instants: 40, seeds: 5 } : { triggers: 40, instants: 4, seeds: 1 };
const PER_JOB = 50;
const KILL_EVERY_MS = 2_000;
/** From the making of the triggers to their first instant. */
const LEAD_MS = settings.isLong ? 15_000 : 3_000;

let postgres: OwnPostgres | null = null;
let replicas: SupervisedServer[] = [];
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop('SIGKILL')));
  await postgres?.close();
  replicas = [];
  postgres = null;
});

const figures = {
  executions: 0,
  'with more than one attempt': 0,
  'replicas killed': 0,
  'sessions terminated': 0,
  'restarts of PostgreSQL': 0,
  'starts of replicas that failed and were repeated': 0,
  seeds: 0,
};

/** Jobs whose triggers are due every second from `firstMs` on; every fifth lets only a few run at once and has the others wait. */
async function makeTriggers(origin: string, firstMs: number): Promise<void> {
  const anchorAt = new Date(firstMs).toISOString();
  const trigger = { kind: 'interval', everySeconds: 1, anchorAt, startAt: anchorAt, maxRuns: INSTANTS };
  for (let made = 0; made < TRIGGERS; made += PER_JOB) {
    await create(origin, '/jobs', {
      name: `from ${made}`,
      jobClass: 'noop',
      retry: { maxAttempts: 100, initialDelaySeconds: 0 },
      ...((made / PER_JOB) % 5 === 4 && { overlapPolicy: 'queue_all', maxConcurrency: 7, maxQueued: 100_000 }),
      triggers: Array.from({ length: Math.min(PER_JOB, TRIGGERS - made) }, () => ({
        ...trigger,
        ...{ misfirePolicy: 'fire_all', misfireCap: 1_000, misfireGraceSeconds: 600 },
      })),
    });
  }
}

/** Breaks things until `endMs`: a replica every 2 s, some sessions at any time, PostgreSQL once in the middle. */
async function breakThings(database: OwnPostgres, random: () => number, endMs: number): Promise<void> {
  const beginMs = Date.now();
  const reached = (atMs: number): Promise<boolean> => until('it is time', () => Date.now() >= atMs, endMs);
  const kills = async (): Promise<void> => {
    for (let atMs = beginMs + KILL_EVERY_MS / 2; atMs < endMs; atMs += KILL_EVERY_MS) {
      await reached(atMs);
      const first = Math.floor(random() * replicas.length);
      const inTurn = replicas.map((_, i) => replicas[(first + i) % replicas.length]);
      const victim = await until('a replica is up', () => inTurn.find((replica) => replica?.running), 180_000);
      if (await victim.kill9()) figures['replicas killed']++;
    }
  };
  const cuts = async (): Promise<void> => {
    for (let atMs = beginMs; atMs < endMs; atMs += 200 + random() * 1_300) {
      await reached(atMs);
      figures['sessions terminated'] += await database.terminateBackends(1 + Math.floor(random() * 4), random);
    }
  };
  const restart = async (): Promise<void> => {
    await reached(beginMs + (endMs - beginMs) * (0.3 + random() * 0.4));
    await database.restartImmediately();
    figures['restarts of PostgreSQL']++;
  };
  await Promise.all([kills(), cuts(), restart()]);
}

/** What is not as it must be: one row for each trigger that lacks an instant, has one twice or one too many, or has one that did not end well. */
const DIFFERENCES = `
  SELECT t.id, t.run_count, t.next_fire_at, count(e.id)::int AS executions, count(DISTINCT e.scheduled_for)::int AS instants,
         count(*) FILTER (WHERE e.state = 'succeeded' AND e.finished_at IS NOT NULL)::int AS succeeded,
         count(*) FILTER (WHERE w.at IS NULL)::int AS unwanted
    FROM triggers t
    LEFT JOIN executions e ON e.trigger_id = t.id
    LEFT JOIN LATERAL (SELECT at FROM generate_series($1::timestamptz, $1::timestamptz + ($2 - 1) * interval '1 second', '1 second') at
                        WHERE at = e.scheduled_for) w ON true
   GROUP BY t.id
  HAVING count(e.id) <> $2 OR count(DISTINCT e.scheduled_for) <> $2 OR count(*) FILTER (WHERE e.state = 'succeeded' AND e.finished_at IS NOT NULL) <> $2
      OR count(*) FILTER (WHERE w.at IS NULL) > 0 OR t.run_count <> $2 OR t.next_fire_at IS NOT NULL`;

async function prove(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const database = await startOwnPostgres();
  postgres = database;
  const env = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: '3', LOG_LEVEL: 'warn', LEASE_SECONDS: '3' };
  replicas = Array.from({ length: 3 }, () => new SupervisedServer(env));
  const [first] = await Promise.all(replicas.map((replica) => replica.ready()));
  const firstMs = Math.ceil((Date.now() + LEAD_MS) / 1_000) * 1_000;
  await makeTriggers(first?.url ?? '', firstMs);
  expect(Date.now(), 'the triggers were made before they are due; this machine is too slow').toBeLessThan(firstMs);
  await breakThings(database, random, firstMs + (INSTANTS - 1) * 1_000);
  await Promise.all(replicas.map((replica) => replica.ready()));
  const wanted = TRIGGERS * INSTANTS;
  await until(
    `${wanted} executions have ended (seed ${seed})`,
    async () => {
      const [row] = await database.sql<{ n: number; live: number; due: number }>(
        `SELECT (SELECT count(*)::int FROM executions WHERE state IS NOT NULL) AS n, (SELECT count(*)::int FROM live_runs) AS live,
                (SELECT count(*)::int FROM triggers WHERE next_fire_at IS NOT NULL) AS due`,
      );
      return row !== undefined && row.n >= wanted && row.live === 0 && row.due === 0
        ? true
        : Promise.reject(new Error(JSON.stringify(row)));
    },
    120_000,
  );
  expect(await database.sql(DIFFERENCES, [new Date(firstMs), INSTANTS])).toEqual([]);
  expect(await database.sql('SELECT id FROM gates WHERE active <> 0 OR queued <> 0')).toEqual([]);
  const [total] = await database.sql<{ n: number; again: number }>(
    'SELECT count(*)::int AS n, count(*) FILTER (WHERE attempt > 1)::int AS again FROM executions',
  );
  expect(total?.n).toBe(wanted);
  figures.executions += total?.n ?? 0;
  figures['with more than one attempt'] += total?.again ?? 0;
  figures['starts of replicas that failed and were repeated'] += replicas.flatMap(({ failures }) => failures).length;
  figures.seeds++;
  report('replicas', { ...settings, seed }, figures);
}

const seeds = Array.from({ length: SEEDS }, (_, i) => (settings.seed + i) >>> 0);
it.each(seeds)(
  'every due instant has one execution and each ended, whatever is killed: seed %i',
  { timeout: 600_000 },
  (seed) => prove(seed),
);

// A backfill whose server is killed with -9 again and again while it makes and runs the instants: afterwards each instant has run exactly once, and
// posting the same range again finds nothing to do.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { call, create } from './api-call.js';
import { proofSettings, randomFrom, report } from './proof-settings.js';
import { startPersistently } from './supervised-server.js';

const settings = proofSettings();
const random = randomFrom(settings.seed);
const {
  kills: KILLS,
  instants: INSTANTS,
  atOnce: AT_ONCE,
} = settings.isLong ? { kills: 20, instants: 20_000, atOnce: 50 } : { kills: 1, instants: 3_000, atOnce: 20 };
const FROM_MS = Date.UTC(2026, 0, 1);
const STEP_MS = 60_000;

let database: TestDatabase;
let sql: pg.Pool;
let server: ServerProcess | null = null;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = new pg.Pool({ connectionString: database.url, max: 2 });
});
afterAll(async () => {
  await server?.kill9();
  await sql.end();
  await database.drop();
});

const start = async (): Promise<ServerProcess> => {
  const env = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: '2', LOG_LEVEL: 'warn', LEASE_SECONDS: '3' };
  server = await startPersistently(env);
  return server;
};
const made = async (): Promise<number> =>
  Number((await sql.query<{ n: string }>('SELECT count(*) AS n FROM executions')).rows[0]?.n);
const live = async (): Promise<number> =>
  Number((await sql.query<{ n: string }>('SELECT count(*) AS n FROM live_runs')).rows[0]?.n);

it(
  'a backfill whose server is killed in the middle runs each instant once',
  async () => {
    let { url } = await start();
    const job = { name: 'j', jobClass: 'noop', retry: { maxAttempts: 100, initialDelaySeconds: 0 } };
    const trigger = {
      kind: 'interval',
      everySeconds: STEP_MS / 1_000,
      anchorAt: new Date(FROM_MS).toISOString(),
      paused: true,
    };
    const jobId = await create(url, '/jobs', job);
    const triggerId = await create(url, `/jobs/${jobId}/triggers`, trigger);
    const range = {
      from: new Date(FROM_MS).toISOString(),
      to: new Date(FROM_MS + (INSTANTS - 1) * STEP_MS).toISOString(),
      maxConcurrency: AT_ONCE,
    };
    const id = await create(url, `/triggers/${triggerId}/backfills`, range);
    const figures = {
      instants: INSTANTS,
      'times the server was killed': 0,
      'runs unfinished at a kill': 0,
      'runs that lost an attempt': 0,
    };
    for (let kill = 0; kill < KILLS; kill++) {
      const enough = Math.floor(((kill + 0.2 + random() * 0.6) * INSTANTS) / (KILLS + 1));
      await until(
        `${enough} instants have been made and some run`,
        async () => (await made()) >= enough && (await live()) > 0,
        60_000,
      );
      await server?.kill9();
      expect(await made()).toBeLessThan(INSTANTS);
      figures['times the server was killed']++;
      figures['runs unfinished at a kill'] += await live();
      ({ url } = await start());
    }
    const ended = await until(
      'the backfill is completed',
      async () => {
        const backfill = await call(url, 'GET', `/backfills/${id}`);
        return backfill['state'] === 'completed' ? backfill : Promise.reject(new Error(JSON.stringify(backfill)));
      },
      120_000,
    );
    expect(ended).toMatchObject({
      total: INSTANTS,
      created: INSTANTS,
      leftAlone: 0,
      active: 0,
      succeeded: INSTANTS,
      unsuccessful: 0,
    });
    const { rows } = await sql.query<{
      n: number;
      instants: number;
      first: Date;
      last: Date;
      well: number;
      again: number;
    }>(
      `SELECT count(*)::int AS n, count(DISTINCT scheduled_for)::int AS instants, min(scheduled_for) AS first, max(scheduled_for) AS last,
              count(*) FILTER (WHERE state = 'succeeded')::int AS well, count(*) FILTER (WHERE attempt > 1)::int AS again
         FROM executions WHERE job_id = $1`,
      [jobId],
    );
    const last = new Date(FROM_MS + (INSTANTS - 1) * STEP_MS);
    expect(rows[0]).toMatchObject({ n: INSTANTS, instants: INSTANTS, well: INSTANTS, first: new Date(FROM_MS), last });
    figures['runs that lost an attempt'] = rows[0]?.again ?? 0;
    const again = await create(url, `/triggers/${triggerId}/backfills`, range);
    const nothing = await until('the second one is completed', async () => {
      const backfill = await call(url, 'GET', `/backfills/${again}`);
      return backfill['state'] === 'completed' ? backfill : null;
    });
    expect(nothing).toMatchObject({ created: 0, leftAlone: INSTANTS });
    report('backfill', settings, figures);
  },
  180_000 + KILLS * 60_000,
);

// `outlying_executions`, which triggers of the database keep: exactly the final runs that never started, or started or ended more than a minute from their due instant.
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/database/migrations/migrations.js';
import type { ClaimedRun } from '../../src/executions/work-queue.service.js';
import { newId } from '../../src/kernel/ids.js';
import { anAgent, anEnd, claimAny, startEngine, type Engine } from '../support/engine.js';
import { until } from '../support/until.js';

let engine: Engine;
let agent: string;
beforeAll(async () => {
  engine = await startEngine();
  agent = await anAgent(engine);
});
afterAll(() => engine.close());
beforeEach(() => engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions'));

const MINUTE_MS = 60_000;
const inMs = (ms: number): Date => new Date(Date.now() + ms);
const aJob = (over: Record<string, unknown> = {}): Promise<string> =>
  engine.asTenant(async () => (await engine.edits.create({ name: newId(), jobClass: 'noop', ...over })).job.id);

/** A run that an agent holds. */
async function held(jobId: string): Promise<ClaimedRun> {
  await engine.asTenant(() => engine.commands.runNow(jobId, {}));
  const [run] = await claimAny(engine, agent, 1);
  if (run === undefined) throw new Error('nothing claimed');
  return run;
}
const finish = (run: ClaimedRun, over: Parameters<typeof anEnd>[1]) => engine.queue.finish(agent, [anEnd(run, over)]);

/** Ids in the table, and those that ought to be there. */
async function told(): Promise<{ noted: string[]; meant: string[] }> {
  const noted = await engine.sql<{ id: string }>(
    `SELECT o.id FROM outlying_executions o JOIN executions e USING (id, tenant_id, job_id, finished_at) WHERE o.started_at IS NOT DISTINCT FROM e.started_at ORDER BY 1`,
  );
  const all = await engine.sql<{ id: string; dueAt: Date; startedAt: Date | null; finishedAt: Date | null }>(
    `SELECT id, scheduled_for AS "dueAt", started_at AS "startedAt", finished_at AS "finishedAt" FROM executions ORDER BY 1`,
  );
  const [count] = await engine.sql<{ n: number }>('SELECT count(*)::int AS n FROM outlying_executions');
  expect(count?.n).toBe(noted.length);
  const isFar = (at: Date, dueAt: Date): boolean => Math.abs(at.getTime() - dueAt.getTime()) > MINUTE_MS;
  const meant = all.filter(
    ({ dueAt, startedAt, finishedAt }) =>
      finishedAt !== null && (startedAt === null || isFar(startedAt, dueAt) || isFar(finishedAt, dueAt)),
  );
  return { noted: noted.map(({ id }) => id), meant: meant.map(({ id }) => id) };
}

describe('outlying executions', () => {
  it('are those that took long, began late or early, or never began, while they are final', async () => {
    const job = await aJob();
    await finish(await held(job), { startedAt: inMs(0), finishedAt: inMs(5_000) });
    await finish(await held(job), { startedAt: inMs(-2_000), finishedAt: inMs(50_000) });
    expect(await told()).toEqual({ noted: [], meant: [] });

    const long = await held(job);
    await finish(long, { startedAt: inMs(0), finishedAt: inMs(70_000) });
    const late = await held(job);
    await engine.sql(`UPDATE executions SET scheduled_for = scheduled_for - interval '5 minutes' WHERE id = $1`, [
      late.id,
    ]);
    await finish(late, { startedAt: inMs(0), finishedAt: inMs(1_000), state: 'failed', reason: 'exit_code' });
    // By a clock that is wrong.
    const early = await held(job);
    await finish(early, { startedAt: inMs(-3_600_000), finishedAt: inMs(1_000) });
    const waiting = await engine.asTenant(() => engine.commands.runNow(job, {}));
    await engine.asTenant(() => engine.commands.cancel(waiting.id));
    const busy = await aJob({ overlapPolicy: 'skip' });
    await held(busy);
    const skipped = await engine.asTenant(() => engine.commands.runNow(busy, { ifBusy: 'skip' }));
    const before = await told();
    expect(before.noted).toEqual(before.meant);
    expect(new Set(before.noted)).toEqual(new Set([long.id, late.id, early.id, waiting.id, skipped.id]));

    await engine.asTenant(() => engine.resumed.resume(late.id, { force: false }, { api: 'test', fields: {} }));
    expect((await told()).noted).not.toContain(late.id);
    const [again] = await claimAny(engine, agent, 1);
    if (again) await finish(again, { startedAt: inMs(0), finishedAt: inMs(0) });
    const after = await told();
    expect(after.noted).toContain(late.id);
    expect(after.noted).toEqual(after.meant);
  });

  it('go with their executions', async () => {
    const job = await aJob();
    for (let n = 0; n < 3; n++) await finish(await held(job), { startedAt: inMs(0), finishedAt: inMs(90_000) });
    const [first = ''] = (await told()).noted;
    await engine.sql('DELETE FROM executions WHERE id = $1', [first]);
    const left = await told();
    expect([left.noted.length, left.noted]).toEqual([2, left.meant]);
    await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
    expect(await engine.sql('SELECT 1 FROM outlying_executions')).toEqual([]);
  });

  it('are found by their migration, also those that another replica ends while it runs', async () => {
    const job = await aJob();
    await finish(await held(job), { startedAt: inMs(0), finishedAt: inMs(90_000) });
    const ending = await held(job);
    const source = await new DataSource({
      type: 'postgres',
      url: engine.url,
      migrations: [...MIGRATIONS],
    }).initialize();
    const other = await engine.session();
    try {
      const place = MIGRATIONS.findIndex((migration) => migration.name.startsWith('Outlying'));
      for (let last = MIGRATIONS.length - 1; last >= place; last--) await source.undoLastMigration();
      await other.query('BEGIN');
      await other.query('DELETE FROM live_runs WHERE id = $1', [ending.id]);
      await other.query(
        `UPDATE executions SET state = 'succeeded', started_at = now(), finished_at = now() + interval '5 minutes' WHERE id = $1`,
        [ending.id],
      );
      const migrated = source.runMigrations();
      await until(
        'the migration waits for the end',
        async () =>
          (await engine.sql(`SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'executions'::regclass`))[0],
      );
      await other.query('COMMIT');
      await migrated;
    } finally {
      await source.destroy();
    }
    const { noted, meant } = await told();
    expect(noted).toContain(ending.id);
    expect([noted.length, noted]).toEqual([2, meant]);
  });
});

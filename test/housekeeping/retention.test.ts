import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentRegistry } from '../../src/agents/agent-registry.service.js';
import { AuditLogPruner } from '../../src/audit-log/audit-log-pruner.service.js';
import type { DispatchPool } from '../../src/database/dispatch-pool.js';
import { HistoryCounts } from '../../src/executions/history-counts.service.js';
import { HistoryPruner } from '../../src/executions/history-pruner.service.js';
import { HousekeepingService } from '../../src/housekeeping/housekeeping.service.js';
import { TAKE_TURN } from '../../src/housekeeping/sql/take-turn.js';
import { removeStaleBundles } from '../../src/runners/user-class/stale-bundles.js';
import { anAgent, startEngine, type Engine } from '../support/engine.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql(
    'TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions, audit_log, housekeeping',
  );
  await engine.sql('UPDATE tenants SET history_days = NULL, audit_log_days = NULL');
  await engine.sql('UPDATE jobs SET history_days = NULL');
  await engine.sql('DELETE FROM agents');
});

const keeper = (pool: DispatchPool, days: { historyDays?: number; auditLogDays?: number } = {}) =>
  new HousekeepingService(
    { historyDays: 90, auditLogDays: 365, ...days },
    pool,
    new HistoryPruner(pool),
    new HistoryCounts(pool),
    new AuditLogPruner(pool),
    new AgentRegistry(pool),
  );
const aJob = async (over: object = {}): Promise<string> =>
  (await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', ...over }))).job.id;

/** Ended executions of a job, `daysAgo` apart from now, each with output; answers their ids. */
async function ended(jobId: string, daysAgo: number, n = 1, state = 'failed'): Promise<string[]> {
  const rows = await engine.sql<{ id: string }>(
    `WITH e AS (
       INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters, state, reason, finished_at)
       SELECT gen_random_uuid(), $1, $2, 'manual', at, 'noop', '[]', '{}', $5, 'x', at FROM (SELECT now() - $3 * interval '1 day' AS at FROM generate_series(1, $4)) i
       RETURNING id),
     logs AS (INSERT INTO execution_logs (execution_id, attempt, seq, tenant_id, stream, at, text) SELECT id, 1, 1, $1, 'stdout', now(), 'x' FROM e)
     SELECT id FROM e`,
    [engine.tenantId, jobId, daysAgo, n, state],
  );
  return rows.map((row) => row.id);
}
const left = async (): Promise<string[]> =>
  (await engine.sql<{ id: string }>('SELECT id FROM executions ORDER BY id')).map((row) => row.id);

describe('history', () => {
  it('goes away when it is older than its job says, else its tenant, else the setting, with output and rows for lists', async () => {
    const [plain, short, long, always] = [
      await aJob(),
      await aJob({ historyDays: 1 }),
      await aJob({ historyDays: 300 }),
      await aJob({ historyDays: 0 }),
    ];
    for (const job of [plain, short, long, always]) for (const days of [2, 40, 200, 900]) await ended(job, days);
    const daysLeft = async (job: string) =>
      (
        await engine.sql<{ days: number }>(
          `SELECT extract(day FROM now() - finished_at)::int AS days FROM executions WHERE job_id = $1 ORDER BY 1`,
          [job],
        )
      ).map((row) => row.days);
    expect((await keeper(engine.pool).tidyUp()).executions).toBe(2 + 4 + 1);
    expect(await Promise.all([plain, short, long, always].map(daysLeft))).toEqual([
      [2, 40],
      [],
      [2, 40, 200],
      [2, 40, 200, 900],
    ]);
    await engine.sql('UPDATE tenants SET history_days = 10 WHERE id = $1', [engine.tenantId]);
    await keeper(engine.pool).tidyUp();
    expect(await daysLeft(plain)).toEqual([2]);
    expect(await daysLeft(always)).toEqual([2, 40, 200, 900]);
    for (const table of ['execution_logs', 'unsuccessful_executions', 'outlying_executions']) {
      const [row] = await engine.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
      expect(row?.n).toBe(1 + 3 + 4);
    }
  });

  it('is kept for ever when the setting says 0', async () => {
    await ended(await aJob(), 9_000);
    expect((await keeper(engine.pool, { historyDays: 0 }).tidyUp()).executions).toBe(0);
  });

  it('keeps what is live, what ended lately however old its instant, and what a kept execution repeats', async () => {
    const job = await aJob();
    const [repeated] = await ended(job, 200);
    const [repetition] = await ended(job, 5);
    await engine.sql('UPDATE executions SET retry_of = $2 WHERE id = $1', [repetition, repeated]);
    const [madeUp] = await ended(job, 200);
    await engine.sql('UPDATE executions SET finished_at = now() WHERE id = $1', [madeUp]);
    const live = (await engine.asTenant(() => engine.commands.runNow(job, {}))).id;
    await engine.sql(`UPDATE executions SET scheduled_for = now() - interval '999 days' WHERE id = $1`, [live]);
    const [gone] = await ended(job, 200);
    await keeper(engine.pool).tidyUp();
    expect(new Set(await left())).toEqual(new Set([repeated, repetition, madeUp, live]));
    expect(await left()).not.toContain(gone);
  });

  it('leaves to the next time what somebody holds, and waits for nobody', async () => {
    const [held] = await ended(await aJob(), 200);
    await ended(await aJob(), 200);
    const holder = await engine.session();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM executions WHERE id = $1 FOR UPDATE', [held]);
    await keeper(engine.pool).tidyUp();
    expect(await left()).toEqual([held]);
    await holder.query('ROLLBACK');
    await keeper(engine.pool).tidyUp();
    expect(await left()).toEqual([]);
  });

  it('goes in batches, also when three replicas are at it, and nothing is counted twice', async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => aJob()));
    for (const job of jobs) await ended(job, 200, 600, 'succeeded');
    const reports = await Promise.all([1, 2, 3].map(() => keeper(engine.replica(1).pool).tidyUp()));
    expect(reports.reduce((sum, report) => sum + report.executions, 0)).toBe(3_000);
    expect(await left()).toEqual([]);
  });
});

describe('what else grows', () => {
  it('is the audit log, by its own limit', async () => {
    await engine.sql(
      `INSERT INTO audit_log (tenant_id, at, event, actor, subject_type, subject_id)
       SELECT $1, now() - d * interval '1 day', 'job.created', 'x', 'job', d::text FROM unnest(ARRAY[1, 50, 400]) d`,
      [engine.tenantId],
    );
    const entries = () => engine.sql('SELECT subject_id AS d FROM audit_log ORDER BY id');
    expect((await keeper(engine.pool).tidyUp()).auditEntries).toBe(1);
    expect(await entries()).toEqual([{ d: '1' }, { d: '50' }]);
    await engine.sql('UPDATE tenants SET audit_log_days = 7 WHERE id = $1', [engine.tenantId]);
    await keeper(engine.pool).tidyUp();
    expect(await entries()).toEqual([{ d: '1' }]);
  });

  it('are agents that ended before any history that can name them, unless they hold a run', async () => {
    const [old, recent, alive, holding] = await Promise.all([1, 2, 3, 4].map(() => anAgent(engine)));
    const end = (id: string | undefined, days: number) =>
      engine.sql(`UPDATE agents SET state = 'lost', ended_at = now() - $2 * interval '1 day' WHERE id = $1`, [
        id,
        days,
      ]);
    await engine.asTenant(async () => engine.commands.runNow(await aJob(), {}));
    await engine.sql(`UPDATE live_runs SET state = 'running', agent_id = $1`, [holding]);
    await end(old, 100);
    await end(recent, 80);
    await end(holding, 100);
    await engine.sql('UPDATE tenants SET history_days = 95 WHERE id = $1', [engine.tenantId]);
    expect((await keeper(engine.pool).tidyUp()).agents).toBe(1);
    const ids = (await engine.sql<{ id: string }>('SELECT id FROM agents')).map((row) => row.id);
    expect(new Set(ids)).toEqual(new Set([recent, alive, holding]));
    await engine.sql('UPDATE tenants SET history_days = 0 WHERE id = $1', [engine.tenantId]);
    await end(recent, 9_000);
    expect((await keeper(engine.pool).tidyUp()).agents).toBe(0);
  });

  it('are compiled classes that nobody has asked for', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'carillon-bundles-'));
    try {
      await mkdir(path.join(folder, 'kept-folder'));
      for (const name of ['old.mjs', 'new.mjs']) await writeFile(path.join(folder, name), '');
      const longAgo = new Date(Date.now() - 40 * 86_400_000);
      await utimes(path.join(folder, 'old.mjs'), longAgo, longAgo);
      expect(await removeStaleBundles(folder, 30 * 86_400_000)).toBe(1);
      expect((await readdir(folder)).sort()).toEqual(['kept-folder', 'new.mjs']);
      expect(await removeStaleBundles(path.join(folder, 'nowhere'), 1)).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a turn', () => {
  it('is taken by one of many replicas, and again only when it is due', async () => {
    const take = (ms: number) => engine.pool.run(TAKE_TURN, ['retention', ms]);
    const first = await Promise.all(Array.from({ length: 8 }, () => take(60_000)));
    expect(first.filter((rows) => rows.length === 1)).toHaveLength(1);
    expect(await take(60_000)).toEqual([]);
    await engine.sql(`UPDATE housekeeping SET next_at = now() - interval '1 second'`);
    const second = await Promise.all(Array.from({ length: 8 }, () => take(60_000)));
    expect(second.filter((rows) => rows.length === 1)).toHaveLength(1);
  });

  it('removes what is old also when counting fails', async () => {
    await ended(await aJob(), 200);
    await engine.sql('ALTER SEQUENCE executions_number_seq RENAME TO number_away');
    const service = keeper(engine.pool);
    try {
      service.onApplicationBootstrap();
      const { until } = await import('../support/until.js');
      await until('the old execution is gone', async () => (await left()).length === 0);
      await service.beforeApplicationShutdown();
    } finally {
      await engine.sql('ALTER SEQUENCE number_away RENAME TO executions_number_seq');
    }
  });

  it('does its work in a service that starts, and ends with the process', async () => {
    await ended(await aJob(), 200);
    const service = keeper(engine.pool);
    service.onApplicationBootstrap();
    const { until } = await import('../support/until.js');
    await until('the old execution is gone', async () => (await left()).length === 0);
    const turns = await engine.sql<{ task: string }>('SELECT task FROM housekeeping ORDER BY task');
    expect(turns.map(({ task }) => task)).toEqual(['counting', 'retention']);
    await service.beforeApplicationShutdown();
  });
});

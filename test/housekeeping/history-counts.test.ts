import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { HistoryCounts } from '../../src/executions/history-counts.service.js';
import { ALL_OF_TENANT } from '../../src/executions/sql/all-of-tenant.js';
import { countAnnotatedByJob } from '../../src/executions/sql/count-annotated-by-job.js';
import { startEngine, type Engine } from '../support/engine.js';
import { until } from '../support/until.js';

let engine: Engine;
let counts: HistoryCounts;
let jobs: string[];
beforeAll(async () => {
  engine = await startEngine();
  counts = new HistoryCounts(engine.pool);
  jobs = [];
  for (const name of ['a', 'b', 'c'])
    jobs.push((await engine.asTenant(() => engine.edits.create({ name, jobClass: 'noop' }))).job.id);
});
afterAll(() => engine.close());
beforeEach(() =>
  engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions').then(() => {}),
);

const INSERT = `INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters, state, finished_at)
  SELECT gen_random_uuid(), $1, $2, 'manual', now(), 'noop', '[]', '{}', 'succeeded', now() FROM generate_series(1, $3)`;
const made = (job: number, n: number): Promise<unknown> => engine.sql(INSERT, [engine.tenantId, jobs[job], n]);

async function pass(size = 100_000): Promise<void> {
  const batch = counts.pass();
  while (!(await batch(size)).isLast);
}
/** Three passes count what is there, later when somebody else's transaction, such as an ANALYZE, was open meanwhile. */
async function countAll(size?: number): Promise<void> {
  await until('all executions are counted', async () => {
    await pass(size);
    return (await totals()).latest === 0;
  });
}

interface Totals {
  readonly told: number;
  readonly counted: number;
  readonly latest: number;
}
async function totals(): Promise<Totals> {
  const [row] = await engine.sql<Totals>(
    `SELECT ${ALL_OF_TENANT()}::int AS told, (SELECT coalesce(sum(total), 0)::int FROM execution_counts WHERE tenant_id = $1) AS counted,
            (SELECT count(*)::int FROM executions WHERE tenant_id = $1 AND number > counted_through()) AS latest`,
    [engine.tenantId],
  );
  if (row === undefined) throw new Error('no row');
  return row;
}
/** By job, as lists by the annotations of jobs are told, beside what is there. */
async function byJob(): Promise<{ told: unknown; there: unknown }> {
  const told = await engine.sql(`SELECT * FROM (${countAnnotatedByJob.text}) c ORDER BY 1`, [
    engine.tenantId,
    'x',
    jobs,
    'y',
  ]);
  const there = await engine.sql(
    `SELECT job_id AS "jobId", NULL AS label, count(*)::int AS count FROM executions WHERE tenant_id = $1 GROUP BY 1 ORDER BY 1`,
    [engine.tenantId],
  );
  return { told, there };
}

describe('counted executions', () => {
  it('are all those that have settled, whatever the size of a batch; totals stay exact', async () => {
    await made(0, 30);
    await made(1, 7);
    await countAll(4);
    expect(await totals()).toEqual({ told: 37, counted: 37, latest: 0 });
    await made(1, 5);
    expect(await totals()).toEqual({ told: 42, counted: 37, latest: 5 });
    const { told, there } = await byJob();
    expect(told).toEqual(there);
  });

  it('go away with the executions, by whoever removes them', async () => {
    await made(0, 10);
    await countAll();
    await made(0, 10);
    await engine.sql('DELETE FROM executions WHERE number % 2 = 0');
    expect(await totals()).toEqual({ told: 10, counted: 5, latest: 5 });
    await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
    expect(await totals()).toEqual({ told: 0, counted: 0, latest: 0 });
  });

  it('are still counted once when one takes the number of another', async () => {
    await made(0, 3);
    await countAll();
    await made(1, 1);
    const [old] = await engine.sql<{ id: string; number: string }>(
      'SELECT id, number FROM executions ORDER BY number LIMIT 1',
    );
    await engine.sql('UPDATE executions SET number = DEFAULT WHERE id = $1', [old?.id]);
    await engine.sql('UPDATE executions SET number = $2 WHERE job_id = $1', [jobs[1], old?.number]);
    expect(await totals()).toEqual({ told: 4, counted: 3, latest: 1 });
    const { told, there } = await byJob();
    expect(told).toEqual(there);
  });

  it('do not pass over one whose transaction is still open', async () => {
    const slow = await engine.session();
    await slow.query('BEGIN');
    await slow.query(INSERT, [engine.tenantId, jobs[0], 2]);
    await made(1, 5);
    for (let i = 0; i < 5; i++) await pass();
    expect(await totals()).toEqual({ told: 5, counted: 0, latest: 5 });
    await slow.query('COMMIT');
    await countAll();
    expect(await totals()).toEqual({ told: 7, counted: 7, latest: 0 });
  });

  it('begin with the first one that there ever is, however often was counted before', async () => {
    await engine.sql('ALTER TABLE executions ALTER COLUMN number RESTART');
    for (let i = 0; i < 4; i++) await pass();
    await made(0, 1);
    expect(await totals()).toEqual({ told: 1, counted: 0, latest: 1 });
  });

  it('do not pass over one of several, none of which was over when the next count was prepared', async () => {
    await made(1, 1);
    await pass();
    // Numbers that were given before that, by transactions that only now begin to write.
    await engine.sql('UPDATE counting_mark SET next_through = next_through + 10');
    const [first, second] = [await engine.session(), await engine.session()];
    for (const session of [first, second]) {
      await session.query('BEGIN');
      await session.query(INSERT, [engine.tenantId, jobs[0], 1]);
    }
    await pass();
    await first.query('COMMIT');
    for (let i = 0; i < 3; i++) await pass();
    expect(await totals()).toEqual({ told: 2, counted: 0, latest: 2 });
    await second.query('COMMIT');
    await made(1, 10);
    await countAll();
    expect(await totals()).toEqual({ told: 13, counted: 13, latest: 0 });
  });

  it('are forgotten as prepared when the database counts its transactions anew', async () => {
    await made(0, 5);
    await pass();
    await pass();
    await engine.sql('UPDATE counting_mark SET next_after = 9000000000000000');
    await countAll();
    expect(await totals()).toEqual({ told: 5, counted: 5, latest: 0 });
  });

  it('are exact when executions are made, removed and renumbered while others count', async () => {
    const sessions: pg.Client[] = [];
    for (let i = 0; i < 4; i++) sessions.push(await engine.session());
    const over = new AbortController();
    const changes = sessions.map(async (session, i) => {
      for (let n = 0; n < 40; n++) {
        await session.query('BEGIN');
        await session.query(INSERT, [engine.tenantId, jobs[n % 3], 1 + ((n * 7 + i) % 5)]);
        if (n % 3 === i % 3)
          await session.query(
            `DELETE FROM executions WHERE id IN (SELECT id FROM executions WHERE tenant_id = $1 ORDER BY number % 17, id LIMIT 3 FOR UPDATE SKIP LOCKED)`,
            [engine.tenantId],
          );
        if (n % 5 === i)
          await session.query(
            `UPDATE executions SET number = DEFAULT WHERE id IN (SELECT id FROM executions WHERE tenant_id = $1 ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)`,
            [engine.tenantId],
          );
        await session.query(n % 7 === i ? 'ROLLBACK' : 'COMMIT');
      }
    });
    const counting = (async () => {
      while (!over.signal.aborted) await pass(10);
    })();
    await Promise.all(changes);
    over.abort();
    await counting;
    const during = await totals();
    const { told, there } = await byJob();
    expect(told).toEqual(there);
    expect(during.counted).toBeGreaterThan(0);
    await countAll();
    expect(await totals()).toEqual({ told: during.told, counted: during.told, latest: 0 });
  });
});

// Requests that come at the same time are made by common statements (`GatheredRuns`), which none of them may notice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExecutionView } from '../../src/executions/execution.view.js';
import { newId } from '../../src/kernel/ids.js';
import { startEngine, type Engine } from '../support/engine.js';
import { until } from '../support/until.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const aJob = async (over: object = {}): Promise<string> =>
  (await engine.asTenant(() => engine.edits.create({ name: `a job ${newId()}`, jobClass: 'noop', ...over }))).job.id;
const runNow = (jobId: string, args?: unknown[]): Promise<ExecutionView> =>
  engine.asTenant(() => engine.commands.runNow(jobId, { args }));
const word = (outcome: PromiseSettledResult<unknown>): string =>
  outcome.status === 'fulfilled' ? 'made' : ((outcome.reason as { code?: string; message: string }).code ?? 'unknown');

describe('runs of many requests at the same time', () => {
  it('share their transactions, and each has its own answer and audit entry', async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => aJob()));
    // The first run of a class is judged by itself.
    await runNow(jobs[0] ?? '');
    const made = await Promise.all(Array.from({ length: 200 }, (_, i) => runNow(jobs[i % 5] ?? '', [i])));
    expect(made.map((run) => [run.jobId, run.args, run.state])).toEqual(
      Array.from({ length: 200 }, (_, i) => [jobs[i % 5], [i], 'pending']),
    );
    const ids = made.map((run) => run.id);
    const [stored] = await engine.sql<{ runs: number; transactions: number }>(
      'SELECT count(*)::int AS runs, count(DISTINCT xmin::text)::int AS transactions FROM executions WHERE id = ANY ($1)',
      [ids],
    );
    expect(stored?.runs).toBe(200);
    expect(stored?.transactions).toBeLessThan(20);
    const entries = await engine.sql(
      `SELECT job_id, after->'args'->0 AS arg FROM audit_log WHERE event = 'execution.requested' AND subject_id = ANY ($1) ORDER BY (after->'args'->>0)::int`,
      [ids],
    );
    expect(entries).toEqual(Array.from({ length: 200 }, (_, i) => ({ job_id: jobs[i % 5], arg: i })));
  });

  it('that cannot be made hold none of the others up', async () => {
    const [plain, alone, gone] = [await aJob(), await aJob({ overlapPolicy: 'skip' }), newId()];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => {
        if (i % 3 === 0) return runNow(plain);
        if (i % 3 === 1) return runNow(gone);
        return engine.asTenant(() => engine.commands.runNow(alone, { ifBusy: 'reject' }));
      }),
    );
    const words = [0, 1, 2].map((kind) => outcomes.filter((_, i) => i % 3 === kind).map(word));
    expect(words[0]).toEqual(Array.from({ length: 10 }, () => 'made'));
    expect(words[1]).toEqual(Array.from({ length: 10 }, () => 'not_found'));
    expect(words[2]?.sort()).toEqual([...Array.from({ length: 9 }, () => 'busy'), 'made']);
  });

  it('do not wait for a job that somebody is changing; its own run does', async () => {
    const [free, locked] = [await aJob(), await aJob()];
    const session = await engine.session();
    await session.query('BEGIN');
    await session.query('UPDATE jobs SET description = $2 WHERE id = $1', [locked, 'being changed']);
    const late = runNow(locked);
    const made = await Promise.all(Array.from({ length: 10 }, () => runNow(free)));
    expect(made.map((run) => run.state)).toEqual(Array.from({ length: 10 }, () => 'pending'));
    await until('the run waits for the job', async () => {
      const [row] = await engine.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
      );
      return row?.n === 1 ? true : null;
    });
    await session.query('COMMIT');
    expect(await late).toMatchObject({ jobId: locked, state: 'pending' });
  });

  it('that the database refuses are refused alone', async () => {
    const jobId = await aJob();
    // PostgreSQL's jsonb has no such character; requests with it are refused before they come here.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => runNow(jobId, [i === 7 ? 'a\u0000b' : i])),
    );
    expect(outcomes.map((outcome, i) => (outcome.status === 'fulfilled') === (i !== 7))).toEqual(
      Array.from({ length: 20 }, () => true),
    );
  });
});

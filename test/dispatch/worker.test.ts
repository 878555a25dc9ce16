import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreateJobDto } from '../../src/jobs/job-input.dto.js';
import { WorkQueue } from '../../src/executions/work-queue.service.js';
import { inspectProcess } from '../../src/database/embedded/process-identity.js';
import { startEngine, type Engine } from '../support/engine.js';
import { startReplica, type RunningReplica } from '../support/replica.js';
import { until } from '../support/until.js';

let engine: Engine;
let worker: RunningReplica;
beforeAll(async () => {
  engine = await startEngine();
  worker = await startReplica(engine, { ROLES: 'scheduler,worker', WORKER_SLOTS: '4', WORKER_TAGS: 'Linux' });
});
afterAll(async () => {
  await worker.close();
  await engine.close();
});

const aJob = async (over: Partial<CreateJobDto> = {}): Promise<string> =>
  (await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'shell', ...over }))).job.id;
const run = async (jobId: string): Promise<string> =>
  (await engine.asTenant(() => engine.commands.runNow(jobId, {}))).id;
const stop = (id: string) => engine.asTenant(() => engine.commands.cancel(id));

interface Row {
  state: string | null;
  live: string | null;
  reason: string | null;
  attempt: number;
  seconds: number;
}
const read = async (id: string): Promise<Row> => {
  const [row] = await engine.sql<Row>(
    `SELECT e.state, l.state AS live, e.reason, coalesce(l.attempt, e.attempt) AS attempt,
            extract(epoch FROM e.finished_at - e.started_at)::float8 AS seconds
       FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.id = $1`,
    [id],
  );
  if (!row) throw new Error(`no execution ${id}`);
  return row;
};
const ended = (id: string): Promise<Row> =>
  until(
    'the run has ended',
    async () => {
      const row = await read(id);
      return row.state === null ? null : row;
    },
    15_000,
  );
const outputOf = async (id: string): Promise<string> =>
  (
    await engine.sql<{ text: string }>(
      `SELECT text FROM execution_logs WHERE execution_id = $1 AND stream <> 'log' ORDER BY attempt, seq`,
      [id],
    )
  )
    .map((row) => row.text)
    .join('');

describe('a worker', () => {
  it('never runs more at once than it has slots', async () => {
    const jobId = await aJob({ args: ['sleep 0.3'] });
    const ids = await Promise.all(Array.from({ length: 12 }, () => run(jobId)));
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
    const overlaps = await engine.sql<{ n: number }>(
      `SELECT (SELECT count(*) FROM executions b WHERE b.job_id = $1 AND b.started_at <= a.started_at AND b.finished_at > a.started_at)::int AS n
         FROM executions a WHERE a.job_id = $1`,
      [jobId],
    );
    expect(Math.max(...overlaps.map((row) => row.n))).toBeLessThanOrEqual(4);
  });

  it('gives back what it claimed at the pace of short runs and cannot start because long ones came', async () => {
    // Made out of the worker's reach and moved into it at once, so that the short ones, which go first, set the pace.
    const [seed] = await engine.sql<{ id: number }>(
      `SELECT queue_id AS id FROM jobs WHERE required_tags = '{}' AND excluded_tags = '{}' LIMIT 1`,
    );
    const quick = await aJob({ jobClass: 'noop', priority: 1, requiredTags: ['nobody'] });
    const slow = await aJob({ args: ['sleep 30'], requiredTags: ['nobody'] });
    for (let i = 0; i < 12; i++) await run(slow);
    for (let i = 0; i < 60; i++) await run(quick);
    await engine.sql(
      `WITH moved AS (UPDATE live_runs SET queue_id = $2 WHERE job_id = ANY ($1) RETURNING 1) SELECT pg_notify('carillon_dispatch', $2::int::text) FROM (SELECT count(*) FROM moved) m`,
      [[quick, slow], seed?.id],
    );
    await until('it holds no more than it can run', async () => {
      const [row] = await engine.sql<{ held: number; waiting: number }>(
        `SELECT count(*) FILTER (WHERE state = 'running')::int AS held, count(*) FILTER (WHERE state = 'pending' AND attempt = 0)::int AS waiting
           FROM live_runs WHERE job_id = ANY ($1)`,
        [[quick, slow]],
      );
      expect({ ...row, mine: worker.held().length }).toEqual({ held: 4, waiting: 8, mine: 4 });
      return true;
    });
    await engine.asTenant(() => engine.edits.delete(slow, undefined));
    for (const id of worker.held()) await stop(id);
    await until('all are stopped', () => worker.held().length === 0);
  });

  it('makes no small claim between two large ones while runs are short', async () => {
    const queue = worker.app.get(WorkQueue);
    const claimAndLook = queue.claimAndLook.bind(queue);
    const claims: { asked: number; given: number }[] = [];
    queue.claimAndLook = async (agentId, queues, perQueue, limit) => {
      const answer = await claimAndLook(agentId, queues, perQueue, limit);
      claims.push({ asked: limit, given: answer.runs.length });
      return answer;
    };
    const jobId = await aJob({ jobClass: 'noop' });
    await engine.asTenant(() =>
      engine.commands.runMany(
        jobId,
        Array.from({ length: 3_000 }, () => ({})),
        {},
      ),
    );
    await until(
      'all have ended',
      async () => (await engine.sql('SELECT 1 FROM live_runs WHERE job_id = $1 LIMIT 1', [jobId])).length === 0,
      30_000,
    );
    queue.claimAndLook = claimAndLook;
    expect(claims.reduce((sum, { given }) => sum + given, 0)).toBe(3_000);
    // A claim asks for at least half of what is wanted, so only a sudden drop of the pace could let one for the slots alone follow one of many.
    const small = claims.filter(({ asked }, i) => asked <= 4 && (claims[i - 1]?.given ?? 0) > 40);
    expect(small.length).toBeLessThanOrEqual(1);
  });

  it('repeats a failed attempt after its pause, and no oftener than it may', async () => {
    const retry = { maxAttempts: 3, initialDelaySeconds: 0.2, factor: 2, jitter: 0 };
    const id = await run(await aJob({ args: ['echo try $CARILLON_ATTEMPT; exit 3'], retry }));
    expect(await ended(id)).toMatchObject({ state: 'failed', reason: 'exit_code', attempt: 3 });
    expect(await outputOf(id)).toBe('try 1\ntry 2\ntry 3\n');
    const times = await engine.sql<{ gap: number }>(
      `SELECT (extract(epoch FROM min(at) - lag(min(at)) OVER (ORDER BY attempt)) * 1000)::float8 AS gap
         FROM execution_logs WHERE execution_id = $1 GROUP BY attempt ORDER BY attempt`,
      [id],
    );
    expect(times[1]?.gap).toBeGreaterThanOrEqual(200);
    expect(times[2]?.gap).toBeGreaterThanOrEqual(400);
  });

  it('does not repeat what cannot be cured, and says so of an unknown class', async () => {
    const retry = { maxAttempts: 5, initialDelaySeconds: 0 };
    expect(await ended(await run(await aJob({ jobClass: 'no.such.Class', retry })))).toMatchObject({
      state: 'failed',
      reason: 'unknown_class',
      attempt: 1,
    });
    expect(await ended(await run(await aJob({ args: [], retry })))).toMatchObject({
      state: 'failed',
      reason: 'invalid_arguments',
      attempt: 1,
    });
  });

  it('ends a run at its timeout', async () => {
    const id = await run(await aJob({ args: ['sleep 60'], timeoutSeconds: 0.3 }));
    const row = await ended(id);
    expect(row).toMatchObject({ state: 'timed_out', reason: 'timeout' });
    expect(row.seconds).toBeLessThan(3);
  });

  it('stores output in order while the run goes on', async () => {
    const id = await run(await aJob({ args: ['for i in 1 2 3 4 5 6 7 8 9; do echo $i; done; sleep 60'] }));
    await until(
      'the output is there before the end',
      async () => (await outputOf(id)) === '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
    );
    expect((await read(id)).live).toBe('running');
    await stop(id);
    expect((await ended(id)).state).toBe('cancelled');
  });

  it('ends a cancelled sleeper within a second', async () => {
    const id = await run(await aJob({ args: ['echo up; sleep 60'] }));
    await until('it runs', async () => (await outputOf(id)) === 'up\n');
    const began = performance.now();
    expect((await stop(id)).state).toBe('cancelling');
    expect(await ended(id)).toMatchObject({ state: 'cancelled', reason: 'cancelled' });
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('kills the whole tree of a run that ignores SIGTERM when it is force-cancelled', async () => {
    const script = `trap '' TERM; sh -c "trap '' TERM; sleep 61 & echo \\$! ; wait" & echo $$; wait; sleep 61`;
    const id = await run(await aJob({ args: [script] }));
    const pids = await until('both have said who they are', async () => {
      const found = (await outputOf(id))
        .trim()
        .split(/\s+/)
        .map(Number)
        .filter((pid) => pid > 0);
      return found.length === 2 ? found : null;
    });
    const began = performance.now();
    await engine.asTenant(() => engine.commands.forceCancel(id));
    expect(await ended(id)).toMatchObject({ state: 'cancelled', reason: 'force_cancelled' });
    expect(performance.now() - began).toBeLessThan(5_000);
    for (const pid of pids)
      await until(`process ${pid} is gone`, async () => (await inspectProcess(pid)) === undefined);
  });

  it('leaves alone what asks for tags that it does not carry or excludes one that it does', async () => {
    const fits = await run(await aJob({ jobClass: 'noop', requiredTags: ['linux'] }));
    const other = await run(await aJob({ jobClass: 'noop', requiredTags: ['windows'] }));
    const shy = await run(await aJob({ jobClass: 'noop', excludedTags: ['LINUX'] }));
    expect((await ended(fits)).state).toBe('succeeded');
    expect([(await read(other)).live, (await read(shy)).live]).toEqual(['pending', 'pending']);
    const windows = await startReplica(engine, { ROLES: 'worker', WORKER_TAGS: 'windows' });
    try {
      expect((await ended(other)).state).toBe('succeeded');
      expect((await ended(shy)).state).toBe('succeeded');
    } finally {
      await windows.close();
    }
  });

  it('starts the one run of a tenant soon, however much another has waiting', async () => {
    const jobId = await aJob({ jobClass: 'noop' });
    const seed = await run(jobId);
    await ended(seed);
    await engine.sql(
      `WITH made AS (
         INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters)
         SELECT gen_random_uuid(), tenant_id, job_id, 'manual', now() - interval '1 hour', job_class, args, parameters
           FROM executions, generate_series(1, 10000) WHERE id = $1 RETURNING id, tenant_id, job_id),
       live AS (
         INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at)
         SELECT m.id, m.tenant_id, m.job_id, j.queue_id, 'pending', 0, now() - interval '1 hour' FROM made m JOIN jobs j ON j.id = m.job_id
         RETURNING queue_id)
       SELECT pg_notify('carillon_dispatch', min(queue_id)::text) FROM live`,
      [seed],
    );
    const [copy] = await engine.sql<{ id: string }>(
      `WITH t AS (INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'small') RETURNING id),
       q AS (INSERT INTO queues (tenant_id, required_tags, excluded_tags) SELECT id, '{}', '{}' FROM t RETURNING id, tenant_id),
       j AS (INSERT INTO jobs (id, tenant_id, name, job_class, queue_id, created_by) SELECT gen_random_uuid(), tenant_id, 's', 'noop', id, 'x' FROM q RETURNING *),
       e AS (INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters)
             SELECT gen_random_uuid(), tenant_id, id, 'manual', now(), job_class, args, parameters FROM j RETURNING id, tenant_id, job_id),
       l AS (INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at)
             SELECT e.id, e.tenant_id, e.job_id, j.queue_id, 'pending', 0, now() FROM e, j RETURNING id, queue_id)
       SELECT id, pg_notify('carillon_dispatch', queue_id::text) FROM l`,
    );
    await ended(copy?.id ?? '');
    const [left] = await engine.sql<{ n: number }>('SELECT count(*)::int AS n FROM live_runs WHERE job_id = $1', [
      jobId,
    ]);
    expect(left?.n).toBeGreaterThan(1_000);
    await until(
      'the rest is done',
      async () => (await engine.sql('SELECT 1 FROM live_runs WHERE job_id = $1 LIMIT 1', [jobId])).length === 0,
      25_000,
    );
  }, 45_000);
});

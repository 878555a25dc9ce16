import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runInContext } from '../../src/context/request-context.js';
import type { ClaimedRun } from '../../src/executions/work-queue.service.js';
import { anAgent, anEnd, claimAny, pendingQueues, startEngine, type Engine, type Replica } from '../support/engine.js';
import { startReplica } from '../support/replica.js';
import { until } from '../support/until.js';

let engine: Engine;
const strict = { id: randomUUID(), name: 'strict' };
beforeAll(async () => {
  engine = await startEngine();
  await engine.sql('INSERT INTO tenants (id, name) VALUES ($1, $2)', [strict.id, strict.name]);
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
  await place(null, false);
});

const asStrict = <T>(work: () => Promise<T>): Promise<T> =>
  runInContext({ requestId: 'r', actor: 'tester', tenant: strict }, work);
const place = (maxRunning: number | null, dedicated: boolean) =>
  engine.sql('UPDATE tenants SET max_running = $2, dedicated_agents_only = $3 WHERE id = $1', [
    strict.id,
    maxRunning,
    dedicated,
  ]);
const aJob = async (as = asStrict, over: object = {}) =>
  (await as(() => engine.edits.create({ name: 'j', jobClass: 'noop', ...over }))).job.id;
const run = async (jobId: string, as = asStrict) => (await as(() => engine.commands.runNow(jobId, {}))).id;
const ownAgent = (tenantId: string) =>
  engine.agents.register({
    ...{ name: 'own', kind: 'remote', hostname: 'h', pid: null, processIdentity: null },
    ...{ slots: 9, tags: [], leaseMs: 60_000, tenantId },
  });
const held = async () =>
  (
    await engine.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM live_runs WHERE tenant_id = $1 AND agent_id IS NOT NULL',
      [strict.id],
    )
  )[0]?.n ?? 0;

/** Pending runs of a job made in bulk. */
const pending = (jobId: string, count: number) =>
  engine.sql(
    `WITH made AS (
       INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters)
       SELECT gen_random_uuid(), tenant_id, id, 'manual', now(), job_class, args, parameters FROM jobs, generate_series(1, $2) WHERE id = $1
       RETURNING id)
     INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at)
     SELECT made.id, j.tenant_id, j.id, j.queue_id, 'pending', j.priority, now() FROM made, jobs j WHERE j.id = $1`,
    [jobId, count],
  );

describe('a tenant with a limit', () => {
  it('never has more runs, over several queues and claims at once from many connections, and gets them all done', async () => {
    await place(5, false);
    for (const requiredTags of [[], ['a'], ['a', 'b']]) await pending(await aJob(asStrict, { requiredTags }), 60);
    await pending(await aJob(engine.asTenant), 60);
    const agents = await Promise.all([0, 1, 2].map(() => anAgent(engine)));
    const tally = { ended: 0, most: 0 };
    const work = async (replica: Replica, agentId: string, seed: number): Promise<void> => {
      const mine: ClaimedRun[] = [];
      for (let i = seed; tally.ended < 240; i++) {
        mine.push(...(await replica.queue.claim(agentId, await pendingQueues(replica), 1 + (i % 4), 1 + (i % 7))));
        const seen = await held();
        expect(seen).toBeLessThanOrEqual(5);
        tally.most = Math.max(tally.most, seen);
        await replica.queue.unclaim(agentId, i % 9 === 0 ? mine.splice(0, 1) : []);
        const { size } = await replica.queue.finish(
          agentId,
          mine.splice(0, i % 3 === 0 ? 1 : mine.length).map((claimed) => anEnd(claimed)),
        );
        tally.ended += size;
      }
    };
    await Promise.all([...agents, ...agents].map((agentId, i) => work(engine.replica(1), agentId, i)));
    expect(tally).toEqual({ ended: 240, most: 5 });
    expect(await engine.sql('SELECT id FROM live_runs')).toEqual([]);
  }, 60_000);

  it('counts what is being stopped, is told when there is room, and keeps nobody else waiting', async () => {
    await place(1, false);
    const jobId = await aJob();
    const first = await run(jobId);
    const agentId = await anAgent(engine);
    const [claimed] = await claimAny(engine, agentId, 5);
    expect(claimed?.id).toBe(first);
    await asStrict(() => engine.commands.cancel(first));
    const second = await run(jobId);
    const foreign = await run(await aJob(engine.asTenant), engine.asTenant);
    expect((await claimAny(engine, agentId, 5)).map(({ id }) => id)).toEqual([foreign]);
    const listener = await engine.session();
    const heard: string[] = [];
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query('LISTEN carillon_dispatch');
    if (claimed) await engine.queue.finish(agentId, [anEnd(claimed, { state: 'cancelled', reason: 'cancelled' })]);
    await listener.query('SELECT 1');
    expect(heard).toEqual([String((await engine.queue.waitingQueues())[0]?.id)]);
    expect((await claimAny(engine, agentId, 5)).map(({ id }) => id)).toEqual([second]);
  });
});

describe('a tenant that only its own agents serve', () => {
  it('is passed over by shared agents, and its agents pass over the others', async () => {
    await place(null, true);
    const mine = await run(await aJob());
    const foreign = await run(await aJob(engine.asTenant), engine.asTenant);
    const [shared, own] = [await anAgent(engine), await ownAgent(strict.id)];
    expect((await claimAny(engine, shared, 5)).map(({ id }) => id)).toEqual([foreign]);
    expect((await claimAny(engine, own, 5)).map(({ id }) => id)).toEqual([mine]);
  });

  it('is served by a worker that was started for it, which leaves the others alone, and by all again when it says so', async () => {
    await place(null, true);
    const [mine, foreign] = [await aJob(), await aJob(engine.asTenant)];
    const worker = await startReplica(engine, { ROLES: 'worker', WORKER_TENANT: strict.name });
    try {
      const left = await run(foreign, engine.asTenant);
      const done = await run(mine);
      const ended = (id: string) =>
        until(
          'it has ended',
          async () => (await engine.sql('SELECT 1 FROM executions WHERE id = $1 AND state IS NOT NULL', [id]))[0],
        );
      await ended(done);
      expect((await engine.sql('SELECT state FROM live_runs WHERE id = $1', [left]))[0]).toEqual({ state: 'pending' });
      const shared = await startReplica(engine, { ROLES: 'worker' });
      try {
        await ended(left);
      } finally {
        await shared.close();
      }
    } finally {
      await worker.close();
    }
  });
});

describe('a worker', () => {
  it('starts the one run of a tenant while another tenant has 100,000 pending', async () => {
    await pending(await aJob(engine.asTenant), 100_000);
    await engine.sql('ANALYZE live_runs');
    const worker = await startReplica(engine, { ROLES: 'worker' });
    try {
      await until(
        'the many are being worked off',
        async () => (await engine.sql('SELECT 1 FROM executions WHERE finished_at IS NOT NULL LIMIT 1'))[0],
      );
      const id = await run(await aJob());
      const [started] = await until('it has ended', async () => {
        const rows = await engine.sql<{ between: number; left: number }>(
          `SELECT (SELECT count(*)::int FROM executions o WHERE o.tenant_id <> e.tenant_id AND o.started_at BETWEEN e.created_at AND e.started_at) AS between,
                  (SELECT count(*)::int FROM live_runs) AS left
             FROM executions e WHERE e.id = $1 AND e.finished_at IS NOT NULL`,
          [id],
        );
        return rows.length > 0 ? rows : null;
      });
      // Two claims of the largest size: the one that was under way and the one that took it.
      expect(started?.between).toBeLessThan(1_000);
      expect(started?.left).toBeGreaterThan(50_000);
    } finally {
      // First: beside claims and ends a deletion in the order of the table is one side of a deadlock.
      await worker.close();
      await engine.sql(`DELETE FROM live_runs WHERE state = 'pending'`);
    }
  }, 60_000);

  it('looks again at runs that somebody else had locked, without being told', async () => {
    const jobId = await aJob();
    const worker = await startReplica(engine, { ROLES: 'worker' });
    const locker = await engine.session();
    try {
      await pending(jobId, 1);
      await locker.query('BEGIN');
      const { rows } = await locker.query<{ id: string; queue_id: number }>(
        'SELECT id, queue_id FROM live_runs FOR UPDATE',
      );
      const [agent] = await engine.sql<{ id: string }>(
        `SELECT id FROM agents WHERE ended_at IS NULL AND kind = 'embedded'`,
      );
      const queues = await pendingQueues(engine);
      // Just what the worker sees: nothing to be had, but not empty.
      expect(await engine.queue.claimAndLook(agent?.id ?? '', queues, 5, 5)).toEqual({
        runs: [],
        more: [rows[0]?.queue_id],
      });
      await engine.sql(`SELECT pg_notify('carillon_dispatch', $1)`, [String(rows[0]?.queue_id)]);
      await until(
        'the worker has met the lock',
        async () =>
          (
            await engine.sql(
              `SELECT 1 FROM pg_stat_activity WHERE application_name = 'carillon-dispatch' AND query LIKE '%live_runs l%SKIP LOCKED%' AND state = 'idle'`,
            )
          )[0],
      );
      const releasedAt = performance.now();
      await locker.query('COMMIT');
      await until(
        'it has ended',
        async () =>
          (await engine.sql('SELECT 1 FROM executions WHERE id = $1 AND state IS NOT NULL', [rows[0]?.id]))[0],
      );
      // The poll comes every 5 s.
      expect(performance.now() - releasedAt).toBeLessThan(2_500);
    } finally {
      await worker.close();
    }
  });
});

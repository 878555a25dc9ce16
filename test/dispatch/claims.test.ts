import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAgent, anEnd, claimAny, pendingQueues, startEngine, type Engine } from '../support/engine.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
});

const aJob = async (over: { priority?: number; requiredTags?: string[]; retry?: { maxAttempts: number } } = {}) =>
  (await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', ...over }))).job.id;
const runs = (jobId: string, count: number) =>
  engine.asTenant(async () => {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push((await engine.commands.runNow(jobId, {})).id);
    return ids;
  });

describe('claims', () => {
  it('from eight connections hand out every run once', async () => {
    const jobId = await aJob();
    const [first] = await runs(jobId, 1);
    await engine.sql(
      `WITH made AS (
         INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters)
         SELECT gen_random_uuid(), tenant_id, job_id, 'manual', now(), job_class, args, parameters
           FROM executions, generate_series(1, 1999) WHERE id = $1 RETURNING id)
       INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at)
       SELECT made.id, l.tenant_id, l.job_id, l.queue_id, 'pending', 0, now() FROM made, live_runs l WHERE l.id = $1`,
      [first],
    );
    const queues = await pendingQueues(engine);
    const claimed = (
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          const { queue } = engine.replica(1);
          const agentId = await anAgent(engine);
          const mine: string[] = [];
          for (let empty = 0; empty < 3;) {
            const batch = await queue.claim(agentId, queues, 17, 17);
            empty = batch.length === 0 ? empty + 1 : 0;
            mine.push(...batch.map((run) => run.id));
          }
          return mine;
        }),
      )
    ).flat();
    expect(claimed).toHaveLength(2_000);
    expect(new Set(claimed).size).toBe(2_000);
    const [rows] = await engine.sql(
      `SELECT count(*)::int AS n, min(attempt) AS a, max(attempt) AS b, max(fence) AS f FROM live_runs WHERE state = 'running'`,
    );
    expect(rows).toEqual({ n: 2_000, a: 1, b: 1, f: 1 });
  });

  it('go by rank of the queue, then priority, then age', async () => {
    const low = await aJob({ priority: -5 });
    const high = await aJob({ priority: 5 });
    const tagged = await aJob({ priority: 100, requiredTags: ['gpu'] });
    const [l1] = await runs(low, 1);
    const [t1] = await runs(tagged, 1);
    const [h1, h2] = await runs(high, 2);
    const all = await engine.queue.waitingQueues();
    const plain = all.find((queue) => queue.requiredTags.length === 0)?.id ?? 0;
    const gpu = all.find((queue) => queue.requiredTags.length > 0)?.id ?? 0;
    const agentId = await anAgent(engine);
    const take = async (queues: { id: number; rank: number }[]) =>
      (await engine.queue.claim(agentId, queues, 10, 1)).map((run) => run.id);
    expect(await take([{ id: plain, rank: 0 }])).toEqual([h1]);
    expect(
      await take([
        { id: gpu, rank: 1 },
        { id: plain, rank: 0 },
      ]),
    ).toEqual([h2]);
    expect(
      await take([
        { id: gpu, rank: 0 },
        { id: plain, rank: 0 },
      ]),
    ).toEqual([t1]);
    expect(await take([{ id: gpu, rank: 0 }])).toEqual([]);
    expect(await take([{ id: plain, rank: 0 }])).toEqual([l1]);
  });

  it('are told in that order, whatever the ids of the runs', async () => {
    const jobs = await Promise.all([-5, 5, 0].map((priority) => aJob({ priority })));
    const [low, high, middle] = [
      await runs(jobs[0] ?? '', 2),
      await runs(jobs[1] ?? '', 2),
      await runs(jobs[2] ?? '', 2),
    ];
    const taken = await claimAny(engine, await anAgent(engine), 10);
    expect(taken.map((run) => run.id)).toEqual([...high, ...middle, ...low]);
  });

  it('take at most so many from each queue and in all', async () => {
    await runs(await aJob(), 5);
    await runs(await aJob({ requiredTags: ['a'] }), 5);
    const agentId = await anAgent(engine);
    const queues = await pendingQueues(engine);
    const first = await engine.queue.claim(agentId, queues, 2, 10);
    expect(first).toHaveLength(4);
    expect(new Set(first.map((run) => run.queueId)).size).toBe(2);
    expect(await engine.queue.claim(agentId, queues, 3, 4)).toHaveLength(4);
  });

  it('are refused to an agent that drains or has ended', async () => {
    await runs(await aJob(), 1);
    const draining = await anAgent(engine);
    await engine.agents.setState(draining, 'draining');
    const gone = await anAgent(engine);
    await engine.agents.setState(gone, 'offline');
    expect(await claimAny(engine, draining, 5)).toEqual([]);
    expect(await claimAny(engine, gone, 5)).toEqual([]);
    expect(await claimAny(engine, await anAgent(engine), 5)).toHaveLength(1);
  });

  it('given back lose their attempt, keep their fence, and wake the workers', async () => {
    const [id] = await runs(await aJob(), 1);
    const agentId = await anAgent(engine);
    const [run] = await claimAny(engine, agentId, 1);
    if (!run) throw new Error('nothing claimed');
    const listener = await engine.session();
    const heard: string[] = [];
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query('LISTEN carillon_dispatch');
    expect(await engine.queue.unclaim(agentId, [{ ...run, fence: run.fence + 1 }])).toEqual(new Set());
    expect(await engine.queue.unclaim(agentId, [run])).toEqual(new Set([id]));
    expect(await engine.queue.unclaim(agentId, [run])).toEqual(new Set());
    await listener.query('SELECT 1');
    expect(heard).toEqual([String(run.queueId)]);
    const [again] = await claimAny(engine, agentId, 1);
    expect(again).toMatchObject({ id, attempt: 1, fence: 2 });
  });
});

describe('reports', () => {
  it('of a worker that lost the run are refused, whatever they say', async () => {
    const [id] = await runs(await aJob({ retry: { maxAttempts: 3 } }), 1);
    const [old, now] = [await anAgent(engine), await anAgent(engine)];
    const [stale] = await claimAny(engine, old, 1);
    if (!stale) throw new Error('nothing claimed');
    await engine.agents.setState(old, 'offline');
    expect(await engine.rescue.takeFromLostAgents()).toEqual({ returned: 1, ended: 0 });
    expect(await engine.queue.finish(old, [anEnd(stale)])).toEqual(new Set());
    const [fresh] = await claimAny(engine, now, 1);
    if (!fresh) throw new Error('nothing claimed');
    expect(fresh).toMatchObject({ id, attempt: 2, fence: 2 });
    const said = { pid: 7, startedAt: new Date(), percent: 50, message: 'half' };
    expect(await engine.queue.report(old, [{ id: stale.id, fence: stale.fence, ...said }])).toEqual(new Set());
    expect(await engine.queue.report(now, [{ id: stale.id, fence: stale.fence, ...said }])).toEqual(new Set());
    const piece = { seq: 0, stream: 'stdout' as const, at: new Date(), text: 'zombie' };
    await engine.queue.appendLogs(old, [{ id: stale.id, fence: stale.fence, ...piece }]);
    expect(await engine.sql('SELECT 1 FROM execution_logs')).toEqual([]);
    expect(await engine.queue.finish(old, [anEnd(fresh)])).toEqual(new Set());
    expect(await engine.queue.finish(now, [anEnd(stale)])).toEqual(new Set());
    expect(await engine.queue.finish(now, [anEnd(fresh)])).toEqual(new Set([id]));
    expect(await engine.queue.finish(now, [anEnd(fresh)])).toEqual(new Set());
    const [row] = await engine.sql('SELECT state, attempt, agent_id AS agent FROM executions WHERE id = $1', [id]);
    expect(row).toEqual({ state: 'succeeded', attempt: 2, agent: now });
  });

  it('of output that are repeated write nothing twice', async () => {
    await runs(await aJob(), 1);
    const agentId = await anAgent(engine);
    const [run] = await claimAny(engine, agentId, 1);
    if (!run) throw new Error('nothing claimed');
    const pieces = [0, 1].map((seq) => ({
      id: run.id,
      fence: run.fence,
      seq,
      stream: 'stdout' as const,
      at: new Date(),
      text: `line ${seq}\n`,
    }));
    await engine.queue.appendLogs(agentId, pieces);
    await engine.queue.appendLogs(agentId, pieces);
    expect(await engine.sql('SELECT seq, text FROM execution_logs ORDER BY seq')).toEqual([
      { seq: 0, text: 'line 0\n' },
      { seq: 1, text: 'line 1\n' },
    ]);
  });

  it('of a failure with another attempt delay the run, and the delay is released when it is over', async () => {
    const [id] = await runs(await aJob({ retry: { maxAttempts: 2 } }), 1);
    const agentId = await anAgent(engine);
    const [run] = await claimAny(engine, agentId, 1);
    if (!run) throw new Error('nothing claimed');
    const retryAt = new Date(Date.now() + 3_600_000);
    expect(await engine.queue.finish(agentId, [anEnd(run, { state: 'failed', retryAt })])).toEqual(new Set([id]));
    expect(await engine.firing.releaseDelayed(10)).toEqual({ released: 0, nextAt: retryAt });
    await engine.sql(`UPDATE live_runs SET run_at = now() - interval '1 second'`);
    expect(await engine.firing.releaseDelayed(10)).toEqual({ released: 1, nextAt: null });
    expect((await claimAny(engine, agentId, 1))[0]).toMatchObject({ id, attempt: 2 });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAgent, claimAny, gateDifferences, startEngine, type Engine } from '../support/engine.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
  await engine.sql('UPDATE gates SET active = 0, queued = 0');
});

const aJob = async (over: object): Promise<string> =>
  (await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', ...over }))).job.id;
const runsOf = (jobId: string, count: number) =>
  engine.asTenant(async () => {
    for (let i = 0; i < count; i++) await engine.commands.runNow(jobId, {});
  });
const statesOf = (jobId: string) =>
  engine.sql(
    `SELECT coalesce(e.state, l.state) AS state, e.reason, count(*)::int AS n
       FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.job_id = $1 GROUP BY 1, 2 ORDER BY 1`,
    [jobId],
  );

const GATED = { overlapPolicy: 'queue_all', maxConcurrency: 3 };

describe.each([
  ['of a job without a limit', {}, 5],
  ['behind an overlap rule', GATED, 3],
])('the runs of a lost worker, %s', (_name, over, held) => {
  it('go back to pending while attempts are left', async () => {
    const jobId = await aJob({ ...over, retry: { maxAttempts: 2 } });
    await runsOf(jobId, held);
    const agentId = await anAgent(engine);
    expect(await claimAny(engine, agentId, 10)).toHaveLength(held);
    await engine.agents.setState(agentId, 'offline');
    expect(await engine.rescue.takeFromLostAgents()).toEqual({ returned: held, ended: 0 });
    expect(await statesOf(jobId)).toEqual([{ state: 'pending', reason: null, n: held }]);
    expect(await gateDifferences(engine)).toEqual([]);
    const again = await claimAny(engine, await anAgent(engine), 10);
    expect(again.map((run) => [run.attempt, run.fence])).toEqual(Array.from({ length: held }, () => [2, 2]));
  });

  it('fail when none is left, and what was held back moves up', async () => {
    const jobId = await aJob(over);
    await runsOf(jobId, held + 1);
    const agentId = await anAgent(engine);
    const claimed = await claimAny(engine, agentId, held);
    expect(claimed).toHaveLength(held);
    await engine.agents.setState(agentId, 'offline');
    expect(await engine.rescue.takeFromLostAgents()).toEqual({ returned: 0, ended: held });
    expect(await statesOf(jobId)).toEqual([
      { state: 'failed', reason: 'agent_lost', n: held },
      { state: 'pending', reason: null, n: 1 },
    ]);
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('end cancelled when somebody had asked to stop them', async () => {
    const jobId = await aJob({ ...over, retry: { maxAttempts: 9 } });
    await runsOf(jobId, 2);
    const agentId = await anAgent(engine);
    const [a, b] = await claimAny(engine, agentId, 2);
    await engine.asTenant(async () => {
      await engine.commands.cancel(a?.id ?? '');
      await engine.commands.forceCancel(b?.id ?? '');
    });
    await engine.agents.setState(agentId, 'offline');
    expect(await engine.rescue.takeFromLostAgents()).toEqual({ returned: 0, ended: 2 });
    expect(await statesOf(jobId)).toEqual([
      { state: 'cancelled', reason: 'cancelled', n: 1 },
      { state: 'cancelled', reason: 'force_cancelled', n: 1 },
    ]);
    expect(await gateDifferences(engine)).toEqual([]);
  });
});

describe('rescuers', () => {
  it('of three replicas take every run once', async () => {
    const jobId = await aJob({ retry: { maxAttempts: 2 } });
    await runsOf(jobId, 60);
    const agentId = await anAgent(engine);
    await claimAny(engine, agentId, 60);
    await engine.agents.setState(agentId, 'offline');
    const taken = await Promise.all([1, 2, 3].map(() => engine.replica(2).rescue.takeFromLostAgents()));
    expect(taken.reduce((sum, t) => sum + t.returned, 0)).toBe(60);
    expect(await statesOf(jobId)).toEqual([{ state: 'pending', reason: null, n: 60 }]);
  });

  it('touch no run of a worker that lives or drains, and declare lost only who was silent for its lease', async () => {
    const jobId = await aJob({});
    await runsOf(jobId, 2);
    const [alive, silent] = [await anAgent(engine), await anAgent(engine, { leaseMs: 5_000 })];
    await claimAny(engine, alive, 1);
    await claimAny(engine, silent, 1);
    await engine.agents.setState(alive, 'draining');
    expect(await engine.rescue.takeFromLostAgents()).toEqual({ returned: 0, ended: 0 });
    await engine.sql(`UPDATE agents SET last_heartbeat_at = now() - interval '6 seconds' WHERE id = ANY ($1)`, [
      [alive, silent],
    ]);
    expect((await engine.agents.markLost()).map((agent) => agent.id)).toEqual([silent]);
    expect(await engine.agents.heartbeat(silent)).toBe('lost');
    expect(await engine.rescue.takeFromLostAgents()).toEqual({ returned: 0, ended: 1 });
    expect(await statesOf(jobId)).toEqual([
      { state: 'failed', reason: 'agent_lost', n: 1 },
      { state: 'running', reason: null, n: 1 },
    ]);
  });
});

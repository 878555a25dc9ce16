// Runs that clients drive, runs that are planned, and runs that are resumed, against the statements of workers, gates and the rescuer.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIVE_STATES } from '../../src/executions/execution.state.js';
import { newId } from '../../src/kernel/ids.js';
import { anAgent, anEnd, claimAny, gateDifferences, startEngine, type Engine } from '../support/engine.js';

const NOTE = { api: 'test', fields: {} };
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
  await engine.sql('UPDATE gates SET active = 0, queued = 0');
});

async function aJob(over: Record<string, unknown> = {}, driver: 'worker' | 'client' = 'worker'): Promise<string> {
  const name = newId();
  const input = { name, jobClass: 'noop', ...over };
  return engine.asTenant(async () => (await engine.edits.create(input, { driver })).job.id);
}
async function aGroup(maxConcurrency: number): Promise<string> {
  const input = { name: `group ${newId()}`, maxConcurrency, whenBusy: 'reject' as const };
  return engine.asTenant(async () => (await engine.groups.create(input)).name);
}
const start = (jobId: string) => engine.asTenant(async () => (await engine.commands.runNow(jobId, {})).id);
const say = (id: string, state: 'running' | 'pending' | 'succeeded' | 'failed' | 'cancelled') =>
  engine.asTenant(() => engine.driven.report(id, { state, from: LIVE_STATES, error: 'why' }));
const resume = (id: string, force = false) => engine.asTenant(() => engine.resumed.resume(id, { force }, NOTE));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code,
  );
const stateOf = async (id: string) => {
  const [row] = await engine.sql<{ state: string }>(
    `SELECT coalesce(e.state, l.state) AS state FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.id = $1`,
    [id],
  );
  return row?.state;
};

describe('a run that a client drives', () => {
  it('is offered to no worker, and an edit of its job does not change that', async () => {
    const jobId = await aJob({}, 'client');
    await start(jobId);
    await engine.asTenant(() => engine.edits.patch(jobId, { priority: 5, requiredTags: ['gpu'] }, undefined));
    await start(jobId);
    expect(await engine.queue.waitingQueues()).toEqual([]);
    const queues = await engine.sql<{ queue_id: number }>('SELECT DISTINCT queue_id FROM live_runs');
    expect(await engine.queue.queues(queues.map((row) => row.queue_id))).toEqual([]);
  });

  it('has one holder, however many workers and clients reach for it', async () => {
    const jobId = await aJob();
    const ids = await Promise.all(Array.from({ length: 40 }, () => start(jobId)));
    const agents = await Promise.all(Array.from({ length: 4 }, () => anAgent(engine)));
    const replicas = agents.map(() => engine.replica(1));
    const [said, claims] = await Promise.all([
      Promise.all(ids.map((id) => codeOf(say(id, 'running')))),
      Promise.all(agents.map((agent, i) => claimAny(replicas[i] ?? engine, agent, 10))),
    ]);
    const claimed = new Set(claims.flat().map((run) => run.id));
    for (const [i, id] of ids.entries())
      expect(said[i] === 'done' ? !claimed.has(id) : said[i]).toBe(claimed.has(id) ? 'invalid_state' : true);
    expect(await engine.sql('SELECT 1 FROM live_runs WHERE agent_id IS NOT NULL AND driven_by IS NOT NULL')).toEqual(
      [],
    );
  });

  it('is asked to stop, and neither ended by the rescuer nor by its job being deleted', async () => {
    const jobId = await aJob({}, 'client');
    const [pending, running] = [await start(jobId), await start(jobId)];
    await say(running, 'running');
    await engine.asTenant(() => engine.commands.forceCancel(running));
    await engine.asTenant(() => engine.commands.cancel(pending));
    expect(await engine.rescue.endOverdueForced(0)).toBe(0);
    expect(await engine.rescue.takeFromLostAgents()).toEqual({ returned: 0, ended: 0 });
    await engine.asTenant(() => engine.edits.delete(jobId, undefined));
    expect([await stateOf(pending), await stateOf(running)]).toEqual(['cancelling', 'force_cancelling']);
    await say(pending, 'cancelled');
    await say(running, 'failed');
    expect(await codeOf(say(running, 'succeeded'))).toBe('invalid_state');
    expect(await codeOf(say(newId(), 'succeeded'))).toBe('not_found');
    expect(await engine.sql(`SELECT state, error, stop_requested_by FROM executions ORDER BY id`)).toEqual([
      { state: 'cancelled', error: { type: 'reported', message: 'why' }, stop_requested_by: 'tester' },
      { state: 'failed', error: { type: 'reported', message: 'why' }, stop_requested_by: 'tester' },
    ]);
  });

  it('frees its gates when it ends, and lets the next one through', async () => {
    const group = await aGroup(1);
    const jobId = await aJob({ group, overlapPolicy: 'queue_all', maxConcurrency: 2 }, 'client');
    const other = await aJob({ group }, 'client');
    const first = await start(jobId);
    const second = await engine.asTenant(async () => (await engine.commands.runNow(other, { ifBusy: 'queue' })).id);
    expect(await codeOf(say(second, 'running'))).toBe('invalid_state');
    // Whoever comes first ends it; the other one is told that it is over.
    const words = await Promise.all([codeOf(say(first, 'succeeded')), codeOf(say(first, 'failed'))]);
    expect(new Set(words)).toEqual(new Set(['done', 'invalid_state']));
    expect(await stateOf(second)).toBe('pending');
    await say(second, 'running');
    await say(second, 'pending');
    await say(second, 'succeeded');
    expect(await gateDifferences(engine)).toEqual([]);
  });
});

describe('a planned run', () => {
  it('takes nobody’s place before it is due, and one place when it is, whoever looks', async () => {
    const group = await aGroup(1);
    const jobId = await aJob({ group });
    const runAt = new Date(Date.now() + 3_600_000);
    const plan = () => engine.asTenant(() => engine.annotated.plan(jobId, { runAt, parameters: {} }, NOTE));
    const planned = [await plan(), await plan(), await plan()];
    const first = await start(jobId);
    await engine.sql('UPDATE live_runs SET run_at = now() WHERE is_planned');
    await engine.firing.releaseDelayed(10);
    expect(await Promise.all(planned.map(stateOf))).toEqual(['scheduled', 'scheduled', 'scheduled']);
    const others = [engine, engine.replica(1), engine.replica(1)];
    await Promise.all(others.map((replica) => replica.firing.enterPlanned(10)));
    expect(await Promise.all(planned.map(stateOf))).toEqual(['queued', 'queued', 'queued']);
    expect(await gateDifferences(engine)).toEqual([]);
    await engine.asTenant(() => engine.commands.cancel(first));
    expect((await Promise.all(planned.map(stateOf))).filter((state) => state === 'pending')).toHaveLength(1);
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('is cancelled like any other, and pending at once where nothing limits it', async () => {
    const jobId = await aJob();
    const runAt = new Date(Date.now() + 3_600_000);
    const plan = () => engine.asTenant(() => engine.annotated.plan(jobId, { runAt, parameters: {} }, NOTE));
    const [one, two] = [await plan(), await plan()];
    await engine.asTenant(() => engine.commands.cancel(one));
    await engine.asTenant(() => engine.edits.patch(jobId, { overlapPolicy: 'skip' }, undefined));
    await engine.asTenant(() => engine.edits.patch(jobId, { overlapPolicy: 'allow' }, undefined));
    await engine.sql('UPDATE live_runs SET run_at = now() WHERE is_planned');
    await engine.firing.enterPlanned(10);
    expect([await stateOf(one), await stateOf(two)]).toEqual(['cancelled', 'pending']);
    expect(await gateDifferences(engine)).toEqual([]);
  });
});

describe('a resumed run', () => {
  it('is run again, and hears nothing more of its former life', async () => {
    const jobId = await aJob();
    const id = await start(jobId);
    const agent = await anAgent(engine);
    const [before] = await claimAny(engine, agent, 1);
    if (!before) throw new Error('nothing claimed');
    await engine.queue.finish(agent, [anEnd(before, { state: 'failed', reason: 'exit_code' })]);
    const codes = await Promise.all([codeOf(resume(id)), codeOf(resume(id))]);
    expect(new Set(codes)).toEqual(new Set(['done', 'invalid_state']));
    expect(await engine.sql('SELECT 1 FROM unsuccessful_executions')).toEqual([]);
    const [after] = await claimAny(engine, agent, 1);
    expect([after?.id, after?.attempt]).toEqual([id, 2]);
    expect(await engine.queue.finish(agent, [anEnd(before)])).toEqual(new Set());
    if (after) await engine.queue.finish(agent, [anEnd(after)]);
    expect(await stateOf(id)).toBe('succeeded');
    expect(await codeOf(resume(id))).toBe('invalid_state');
  });

  it('of many takes the one place that is free', async () => {
    const group = await aGroup(1);
    const jobId = await aJob({ group }, 'client');
    const ids: string[] = [];
    for (let i = 0; i < 8; i++) {
      ids.push(await start(jobId));
      await say(ids[i] ?? '', 'failed');
    }
    const codes = await Promise.all(ids.map((id) => codeOf(resume(id))));
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['done', 'busy']));
    await resume(ids[codes.indexOf('busy')] ?? '', true);
    expect(await gateDifferences(engine)).toEqual([]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAgent, anEnd, claimAny, gateDifferences, startEngine, type Engine } from '../support/engine.js';
import { dueTriggersOf, onTime } from '../support/due-triggers.js';

let engine: Engine;
let agentId: string;
beforeAll(async () => {
  engine = await startEngine();
  agentId = await anAgent(engine);
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
  await engine.sql('UPDATE gates SET active = 0, queued = 0');
});

const aJob = async (over: object = {}): Promise<string> =>
  (
    await engine.asTenant(() =>
      engine.edits.create({ name: 'j', jobClass: 'noop', overlapPolicy: 'cancel_other', ...over }),
    )
  ).job.id;
const run = (jobId: string) => engine.asTenant(() => engine.commands.runNow(jobId, {}));
const get = async (id: string) =>
  (
    await engine.sql(
      `SELECT coalesce(e.state, l.state) AS state, e.reason, coalesce(e.stop_requested_by, l.stop_requested_by) AS by
         FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.id = $1`,
      [id],
    )
  )[0];
const claimOne = async () => {
  const [claimed] = await claimAny(engine, agentId, 1);
  if (!claimed) throw new Error('nothing claimed');
  return claimed;
};

describe('a job with cancel_other', () => {
  it('stops what runs, lets only the newest wait, and says by whom', async () => {
    const jobId = await aJob();
    const first = await run(jobId);
    const claimed = await claimOne();
    const second = await run(jobId);
    expect(second.state).toBe('queued');
    expect(await get(first.id)).toEqual({ state: 'cancelling', reason: null, by: `execution ${second.id}` });
    expect(await engine.queue.stopsOf(agentId)).toEqual([{ id: first.id, state: 'cancelling' }]);
    const third = await run(jobId);
    expect(await get(second.id)).toEqual({ state: 'skipped', reason: 'superseded', by: `execution ${third.id}` });
    expect(await gateDifferences(engine)).toEqual([]);
    await engine.queue.finish(agentId, [anEnd(claimed, { state: 'cancelled', reason: 'cancelled' })]);
    expect(await get(first.id)).toEqual({ state: 'cancelled', reason: 'cancelled', by: `execution ${second.id}` });
    expect(await get(third.id)).toMatchObject({ state: 'pending' });
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('cancels at once what no worker holds, and the newer one takes its place', async () => {
    const jobId = await aJob();
    const [first, second] = [await run(jobId), await run(jobId)];
    expect(second.state).toBe('pending');
    expect(await get(first.id)).toEqual({ state: 'cancelled', reason: 'superseded', by: `execution ${second.id}` });
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('kills with force_cancel_other, also what was asked politely before', async () => {
    const jobId = await aJob({ overlapPolicy: 'force_cancel_other' });
    const first = await run(jobId);
    await claimOne();
    await engine.asTenant(() => engine.commands.cancel(first.id));
    await run(jobId);
    expect(await get(first.id)).toMatchObject({ state: 'force_cancelling' });
  });

  it('stops all that are active, and only when there are as many as may be', async () => {
    const jobId = await aJob({ maxConcurrency: 2 });
    const [a, b] = [await run(jobId), await run(jobId)];
    const claims = [await claimOne(), await claimOne()];
    expect([await get(a.id), await get(b.id)]).toMatchObject([{ state: 'running' }, { state: 'running' }]);
    const c = await run(jobId);
    expect([await get(a.id), await get(b.id)]).toMatchObject([{ state: 'cancelling' }, { state: 'cancelling' }]);
    await engine.queue.finish(agentId, [anEnd(claims[0] ?? claims[1]!)]);
    expect(await get(c.id)).toMatchObject({ state: 'pending' });
  });

  it('does the same for occurrences of triggers, several at once, from three replicas', async () => {
    const jobId = await aJob();
    const first = await run(jobId);
    await claimOne();
    const due = await dueTriggersOf(engine, jobId, 30);
    await Promise.all(
      [0, 1, 2].map(async (r) => {
        const { firing } = engine.replica(1);
        for (let i = r; i < due.length; i += 3) await firing.fire(due.slice(i, i + 1).map((t) => onTime(t)));
      }),
    );
    expect(await get(first.id)).toMatchObject({ state: 'cancelling' });
    const states = await engine.sql(
      `SELECT coalesce(e.state, l.state) AS state, e.reason, count(*)::int AS n FROM executions e LEFT JOIN live_runs l ON l.id = e.id
        WHERE e.source = 'trigger' GROUP BY 1, 2 ORDER BY 1`,
    );
    expect(states).toEqual([
      { state: 'queued', reason: null, n: 1 },
      { state: 'skipped', reason: 'superseded', n: 29 },
    ]);
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('is made up for by the rescuer where the process died between the two parts', async () => {
    const jobId = await aJob();
    const first = await run(jobId);
    await claimOne();
    // What is left behind when a process dies after firing: a run that waits, and nobody was asked to stop.
    await run(jobId);
    await engine.sql(
      `UPDATE live_runs SET state = 'running', stop_requested_at = NULL, stop_requested_by = NULL WHERE id = $1`,
      [first.id],
    );
    await engine.rescue.replaceActive();
    expect(await get(first.id)).toMatchObject({ state: 'cancelling' });
  });

  it('is carried out before another rule takes its place', async () => {
    const jobId = await aJob();
    const first = await run(jobId);
    await claimOne();
    const second = await run(jobId);
    // The second part of that, which is a transaction of its own, comes later than the edit.
    await engine.sql(
      `UPDATE live_runs SET state = 'running', stop_requested_at = NULL, stop_requested_by = NULL WHERE id = $1`,
      [first.id],
    );
    await engine.asTenant(() => engine.edits.patch(jobId, { overlapPolicy: 'queue_all' }, undefined));
    expect(await get(first.id)).toMatchObject({ state: 'cancelling', by: `execution ${second.id}` });
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('in a group frees the room of what it ends for the others in the line', async () => {
    const group = (await engine.asTenant(() => engine.groups.create({ name: 'line', maxConcurrency: 1 }))).id;
    const [job, other] = [await aJob({ group }), await aJob({ group, overlapPolicy: 'allow' })];
    const first = await run(job);
    const waiting = await run(other);
    expect(waiting.state).toBe('queued');
    const second = await run(job);
    expect(await get(first.id)).toMatchObject({ state: 'cancelled', reason: 'superseded' });
    expect(await get(waiting.id)).toMatchObject({ state: 'pending' });
    expect(await get(second.id)).toMatchObject({ state: 'queued' });
    expect(await gateDifferences(engine)).toEqual([]);
  });
});

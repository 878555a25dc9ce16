import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAgent, anEnd, claimAny, gateDifferences, startEngine, type Engine } from '../support/engine.js';
import { dueTriggersOf, onTime } from '../support/due-triggers.js';
import type { RunOverrides } from '../../src/executions/run-commands.service.js';
import type { PatchGroupDto } from '../../src/jobs/group-input.dto.js';

let engine: Engine;
let agentId: string;
let serial = 0;
beforeAll(async () => {
  engine = await startEngine();
  agentId = await anAgent(engine);
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
  await engine.sql('UPDATE gates SET active = 0, queued = 0');
});

const aGroup = async (over: PatchGroupDto = {}): Promise<string> =>
  (await engine.asTenant(() => engine.groups.create({ name: `g${++serial}`, ...over }))).id;
const aJob = async (over: object = {}): Promise<string> =>
  (await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', ...over }))).job.id;
const run = (jobId: string, over: RunOverrides = {}) => engine.asTenant(() => engine.commands.runNow(jobId, over));
const stateOf = async (jobId: string, over: RunOverrides = {}): Promise<string> => (await run(jobId, over)).state;
const numbersOf = async (id: string) => (await engine.sql('SELECT active, queued FROM gates WHERE id = $1', [id]))[0];
const live = async (id: string) =>
  (await engine.sql<{ state: string }>('SELECT state FROM live_runs WHERE id = $1', [id]))[0]?.state;

async function endNext(): Promise<string> {
  const [next] = await claimAny(engine, agentId, 1);
  if (!next) throw new Error('nothing to claim');
  await engine.queue.finish(agentId, [anEnd(next)]);
  return next.id;
}

describe('a group with a limit', () => {
  it('lets runs of all its jobs through one after the other, first in, first out, whatever their priority', async () => {
    const group = await aGroup({ maxConcurrency: 1 });
    const [low, high] = [await aJob({ group }), await aJob({ group, priority: 9 })];
    const runs = [await run(low), await run(low), await run(high), await run(low)];
    expect(runs.map((r) => r.state)).toEqual(['pending', 'queued', 'queued', 'queued']);
    expect(await numbersOf(group)).toEqual({ active: 1, queued: 3 });
    const order: string[] = [];
    for (const _ of runs) order.push(await endNext());
    expect(order).toEqual(runs.map((r) => r.id));
    expect(await numbersOf(group)).toEqual({ active: 0, queued: 0 });
  });

  it('holds together with the rules of its jobs: each first has to let a run through itself', async () => {
    const group = await aGroup({ maxConcurrency: 2 });
    const one = await aJob({ group, overlapPolicy: 'queue_all' });
    const other = await aJob({ group, overlapPolicy: 'skip' });
    const [first, second] = [await run(one), await run(one)];
    expect([first.state, second.state]).toEqual(['pending', 'queued']);
    expect(await stateOf(other)).toBe('pending');
    expect(await run(other)).toMatchObject({ state: 'skipped', reason: 'overlap' });
    expect(await numbersOf(group)).toEqual({ active: 2, queued: 0 });
    expect(await gateDifferences(engine)).toEqual([]);
    await endNext();
    expect(await live(second.id)).toBe('pending');
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('skips what finds no room, or refuses it and stores nothing', async () => {
    const skipping = await aJob({ group: await aGroup({ maxConcurrency: 1, whenBusy: 'skip' }) });
    expect(await stateOf(skipping)).toBe('pending');
    expect(await run(skipping)).toMatchObject({ state: 'skipped', reason: 'group_busy' });

    const refusing = await aJob({ group: await aGroup({ maxConcurrency: 1, whenBusy: 'reject' }) });
    expect(await stateOf(refusing)).toBe('pending');
    await expect(run(refusing)).rejects.toMatchObject({ code: 'busy' });
    const [trigger] = await dueTriggersOf(engine, refusing, 1);
    if (!trigger) throw new Error('no trigger');
    await engine.firing.fire([onTime(trigger)]);
    const rows = await engine.sql('SELECT state, reason, source FROM executions WHERE job_id = $1 ORDER BY number', [
      refusing,
    ]);
    expect(rows).toEqual([
      { state: null, reason: null, source: 'manual' },
      { state: 'skipped', reason: 'group_busy', source: 'trigger' },
    ]);
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('is passed by a forced run, which counts all the same', async () => {
    const group = await aGroup({ maxConcurrency: 1, whenBusy: 'reject' });
    const job = await aJob({ group });
    expect([await stateOf(job), await stateOf(job, { force: true })]).toEqual(['pending', 'pending']);
    const waiting = await run(job, { ifBusy: 'queue' });
    expect(waiting.state).toBe('queued');
    await endNext();
    expect(await live(waiting.id)).toBe('queued');
    await endNext();
    expect(await live(waiting.id)).toBe('pending');
  });

  it('lets a run by hand say itself what shall happen when there is no room', async () => {
    const group = await aGroup({ maxConcurrency: 1, whenBusy: 'queue', maxQueued: 1 });
    const job = await aJob({ group });
    await run(job);
    await expect(run(job, { ifBusy: 'reject' })).rejects.toMatchObject({ code: 'busy' });
    expect(await stateOf(job, { ifBusy: 'skip' })).toBe('skipped');
    expect(await stateOf(job, { ifBusy: 'queue' })).toBe('queued');
    await expect(run(job, { ifBusy: 'queue' })).rejects.toMatchObject({ code: 'busy' });
    const alone = await aJob({ overlapPolicy: 'skip', maxQueued: 1 });
    expect(await stateOf(alone)).toBe('pending');
    await expect(run(alone, { ifBusy: 'reject' })).rejects.toMatchObject({ code: 'busy' });
    expect(await stateOf(alone, { ifBusy: 'queue' })).toBe('queued');
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('of one active run, asked for by 50 at once, starts one and refuses 49, or queues them in order', async () => {
    const refusing = await aGroup({ maxConcurrency: 1, whenBusy: 'reject' });
    const jobs = [await aJob({ group: refusing }), await aJob({ group: refusing })];
    const asked = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => run(jobs[i % 2] ?? '')));
    expect(asked.filter((a) => a.status === 'fulfilled')).toHaveLength(1);
    expect(new Set(asked.flatMap((a) => (a.status === 'rejected' ? (a.reason as { code: string }).code : [])))).toEqual(
      new Set(['busy']),
    );
    const [stored] = await engine.sql<{ n: number }>('SELECT count(*)::int AS n FROM executions');
    expect(stored?.n).toBe(1);
    const started = await Promise.all(
      Array.from({ length: 50 }, (_, i) => run(jobs[i % 2] ?? '', { ifBusy: 'queue' })),
    );
    expect(started.every((r) => r.state === 'queued')).toBe(true);
    const wanted = await engine.sql<{ id: string }>('SELECT id FROM executions ORDER BY number');
    const order: string[] = [];
    for (let i = 0; i < 51; i++) order.push(await endNext());
    expect(order).toEqual(wanted.map((row) => row.id));
    expect(await gateDifferences(engine)).toEqual([]);
  });
});

describe('a batch of occurrences of one job whose group has no room', () => {
  it('is turned away as a whole, so that nothing waits at a gate that is free', async () => {
    const group = await aGroup({ maxConcurrency: 1, whenBusy: 'skip' });
    const blocker = await aJob({ group });
    const job = await aJob({ group, overlapPolicy: 'queue_all' });
    await run(blocker);
    const due = await dueTriggersOf(engine, job, 3);
    await engine.firing.fire(due.map((trigger) => onTime(trigger)));
    const rows = await engine.sql('SELECT state, reason FROM executions WHERE job_id = $1', [job]);
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ state: 'skipped', reason: 'group_busy' })));
    expect(await gateDifferences(engine)).toEqual([]);
  });
});

describe('a group that changes while runs are live', () => {
  it('counts what runs when it gets its first limit, holds back what comes, and lets go what the limit allows', async () => {
    const group = await aGroup();
    const job = await aJob({ group });
    expect(await engine.sql('SELECT gate_id FROM jobs WHERE id = $1', [job])).toEqual([{ gate_id: null }]);
    await run(job);
    await run(job);
    await engine.asTenant(() => engine.groups.patch(group, { maxConcurrency: 1 }, undefined));
    expect(await numbersOf(group)).toEqual({ active: 2, queued: 0 });
    expect([await stateOf(job), await stateOf(job)]).toEqual(['queued', 'queued']);
    await engine.asTenant(() => engine.groups.patch(group, { maxConcurrency: 3 }, undefined));
    expect(await numbersOf(group)).toEqual({ active: 3, queued: 1 });
    await engine.asTenant(() => engine.groups.patch(group, { maxConcurrency: null }, undefined));
    expect(await numbersOf(group)).toEqual({ active: 4, queued: 0 });
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('is left and entered by a job together with its runs', async () => {
    const [from, to] = [await aGroup({ maxConcurrency: 1 }), await aGroup({ maxConcurrency: 1 })];
    const [mover, stayer] = [await aJob({ group: from }), await aJob({ group: from })];
    const first = await run(mover);
    const held = await run(stayer);
    const second = await run(mover);
    const move = (group: string | null) => engine.asTenant(() => engine.edits.patch(mover, { group }, undefined));
    await move(to);
    expect([await live(first.id), await live(held.id), await live(second.id)]).toEqual([
      'pending',
      'pending',
      'queued',
    ]);
    expect([await numbersOf(from), await numbersOf(to)]).toEqual([
      { active: 1, queued: 0 },
      { active: 1, queued: 1 },
    ]);
    expect(await gateDifferences(engine)).toEqual([]);
    await move(null);
    expect(await live(second.id)).toBe('pending');
    expect([await numbersOf(from), await numbersOf(to)]).toEqual([
      { active: 1, queued: 0 },
      { active: 0, queued: 0 },
    ]);
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('cannot be deleted while it has jobs, nor while runs of a deleted one go on', async () => {
    const group = await aGroup({ maxConcurrency: 1 });
    const remove = () => engine.asTenant(() => engine.groups.delete(group, undefined));
    const job = await aJob({ group });
    await expect(remove()).rejects.toMatchObject({ code: 'conflict' });
    await run(job);
    const [running] = await claimAny(engine, agentId, 1);
    if (!running) throw new Error('nothing claimed');
    await engine.asTenant(() => engine.edits.delete(job, undefined));
    await expect(remove()).rejects.toMatchObject({ code: 'conflict' });
    await engine.queue.finish(agentId, [anEnd(running)]);
    await remove();
    expect(await engine.sql('SELECT 1 FROM gates WHERE id = $1', [group])).toEqual([]);
  });
});

describe('a run asked for while the job gets its first gate', () => {
  it('is counted by the gate that it could not see yet', async () => {
    const job = await aJob();
    const editor = await engine.session();
    await editor.query('BEGIN');
    await editor.query('SELECT 1 FROM jobs WHERE id = $1 FOR NO KEY UPDATE', [job]);
    const asked = run(job);
    const { until } = await import('../support/until.js');
    await until('the run waits for the edit', async () => {
      const [row] = await engine.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%unnest($2::uuid[], $3::uuid[]%' AND datname = current_database()`,
      );
      return row?.n === 1;
    });
    await editor.query(`INSERT INTO gates (id, tenant_id, max_active, max_queued) VALUES ($1, $2, 1, 0)`, [
      job,
      engine.tenantId,
    ]);
    await editor.query(`UPDATE jobs SET gate_id = id, overlap_policy = 'skip', max_concurrency = 1 WHERE id = $1`, [
      job,
    ]);
    await editor.query('COMMIT');
    expect((await asked).state).toBe('pending');
    expect(await numbersOf(job)).toEqual({ active: 1, queued: 0 });
    expect(await gateDifferences(engine)).toEqual([]);
    await endNext();
    expect(await numbersOf(job)).toEqual({ active: 0, queued: 0 });
  });
});

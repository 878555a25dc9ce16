import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAgent, anEnd, claimAny, gateDifferences, startEngine, type Engine } from '../support/engine.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
  await engine.sql('UPDATE gates SET active = 0, queued = 0');
});

const aJob = async (over: Parameters<Engine['edits']['create']>[0] | object = {}): Promise<string> =>
  (await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', ...over }))).job.id;
const runOf = (jobId: string) => engine.asTenant(() => engine.commands.runNow(jobId, {}));
const cancel = (id: string) => engine.asTenant(() => engine.commands.cancel(id));
const forceCancel = (id: string) => engine.asTenant(() => engine.commands.forceCancel(id));
const stateOf = async (id: string) =>
  (
    await engine.sql<{ state: string; reason: string | null }>('SELECT state, reason FROM executions WHERE id = $1', [
      id,
    ])
  )[0];

describe('cancelling', () => {
  it('ends at once what no worker holds, whether pending, delayed or held back', async () => {
    const jobId = await aJob({ overlapPolicy: 'queue_all' });
    const pending = await runOf(jobId);
    const queued = await runOf(jobId);
    const delayed = await engine.asTenant(async () =>
      engine.commands.runNow(await aJob(), { runAt: new Date(Date.now() + 3_600_000) }),
    );
    expect([pending.state, queued.state, delayed.state]).toEqual(['pending', 'queued', 'scheduled']);
    for (const run of [queued, delayed, pending]) {
      expect((await cancel(run.id)).state).toBe('cancelled');
      await expect(cancel(run.id)).rejects.toMatchObject({ code: 'invalid_state' });
      await expect(forceCancel(run.id)).rejects.toMatchObject({ code: 'invalid_state' });
    }
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('lets the next one through', async () => {
    const jobId = await aJob({ overlapPolicy: 'queue_one' });
    const first = await runOf(jobId);
    const second = await runOf(jobId);
    expect((await runOf(jobId)).state).toBe('skipped');
    await cancel(first.id);
    expect(await engine.sql('SELECT id, state FROM live_runs')).toEqual([{ id: second.id, state: 'pending' }]);
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('twice asks once; force follows a plain cancel and is never taken back by one', async () => {
    const run = await runOf(await aJob());
    await claimAny(engine, await anAgent(engine), 1);
    expect((await cancel(run.id)).state).toBe('cancelling');
    expect((await cancel(run.id)).state).toBe('cancelling');
    expect((await forceCancel(run.id)).state).toBe('force_cancelling');
    expect((await cancel(run.id)).state).toBe('force_cancelling');
    const audit = await engine.sql(
      `SELECT event, actor, before FROM audit_log WHERE subject_id = $1 AND event LIKE '%cancel%' ORDER BY id`,
      [run.id],
    );
    expect(audit).toEqual([
      { event: 'execution.cancel_requested', actor: 'tester', before: { state: 'running' } },
      { event: 'execution.force_cancel_requested', actor: 'tester', before: { state: 'cancelling' } },
    ]);
  });

  it('against the end of the run leaves one final state, whoever is first', async () => {
    const jobId = await aJob({ overlapPolicy: 'queue_all', maxConcurrency: 40 });
    const agentId = await anAgent(engine);
    for (let i = 0; i < 40; i++) await runOf(jobId);
    const runs = await claimAny(engine, agentId, 40);
    const outcomes = await Promise.all(
      runs.map(async (run, i) => {
        const stop = i % 2 === 0 ? cancel : forceCancel;
        const [kept, asked] = await Promise.all([
          engine.queue.finish(agentId, [anEnd(run)]),
          stop(run.id).then(
            () => true,
            (error: unknown) => {
              if ((error as { code?: string }).code !== 'invalid_state') throw error;
              return false;
            },
          ),
        ]);
        return { id: run.id, kept: kept.has(run.id), asked, forced: i % 2 === 1 };
      }),
    );
    for (const { id, kept, asked, forced } of outcomes) {
      expect(kept).toBe(true);
      const end = await stateOf(id);
      if (!asked || !forced) expect(end).toEqual({ state: 'succeeded', reason: null });
      else
        expect([
          ['cancelled', 'force_cancelled'],
          ['succeeded', null],
        ]).toContainEqual([end?.state, end?.reason]);
    }
    expect(await engine.sql('SELECT 1 FROM live_runs')).toEqual([]);
    expect(await engine.sql('SELECT active, queued FROM gates WHERE id = $1', [jobId])).toEqual([
      { active: 0, queued: 0 },
    ]);
  });

  it('by force ends without word from the worker, only after its patience, and frees the gate', async () => {
    const jobId = await aJob({ overlapPolicy: 'queue_all' });
    const run = await runOf(jobId);
    const next = await runOf(jobId);
    const agentId = await anAgent(engine);
    const [claimed] = await claimAny(engine, agentId, 1);
    if (!claimed) throw new Error('nothing claimed');
    await forceCancel(run.id);
    expect(await engine.rescue.endOverdueForced(3_000)).toBe(0);
    await engine.sql(`UPDATE live_runs SET stop_requested_at = now() - interval '4 seconds' WHERE id = $1`, [run.id]);
    const ended = await Promise.all([1, 2, 3].map(() => engine.replica(1).rescue.endOverdueForced(3_000)));
    expect(ended.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(await stateOf(run.id)).toEqual({ state: 'cancelled', reason: 'force_cancelled' });
    expect(await engine.queue.finish(agentId, [anEnd(claimed)])).toEqual(new Set());
    expect(await engine.sql('SELECT id, state FROM live_runs')).toEqual([{ id: next.id, state: 'pending' }]);
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('all at once does not exhaust the connections of the API', async () => {
    const run = await runOf(await aJob());
    await cancel(run.id);
    const refused = await Promise.allSettled(Array.from({ length: 20 }, () => cancel(run.id)));
    expect(new Set(refused.map((r) => r.status === 'rejected' && (r.reason as { code: string }).code))).toEqual(
      new Set(['invalid_state']),
    );
  }, 8_000);
});

describe('deleting a job', () => {
  it('cancels what waits, lets run what runs, and keeps the history', async () => {
    const jobId = await aJob({ overlapPolicy: 'queue_all', maxConcurrency: 2 });
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await runOf(jobId)).id);
    const agentId = await anAgent(engine);
    const [running] = await claimAny(engine, agentId, 1);
    if (!running) throw new Error('nothing claimed');
    await engine.asTenant(() => engine.edits.delete(jobId, undefined));
    const waiting = ids.filter((id) => id !== running.id);
    for (const id of waiting) expect(await stateOf(id)).toEqual({ state: 'cancelled', reason: 'job_deleted' });
    expect(await engine.sql('SELECT id, state FROM live_runs')).toEqual([{ id: running.id, state: 'running' }]);
    expect(await engine.queue.finish(agentId, [anEnd(running)])).toEqual(new Set([running.id]));
    expect(await engine.sql('SELECT active, queued FROM gates WHERE id = $1', [jobId])).toEqual([
      { active: 0, queued: 0 },
    ]);
    await expect(runOf(jobId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(engine.asTenant(() => engine.commands.retry(running.id))).rejects.toMatchObject({ code: 'not_found' });
  });
});

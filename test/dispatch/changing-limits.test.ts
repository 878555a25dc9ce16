import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAgent, anEnd, claimAny, gateDifferences, startEngine, type Engine } from '../support/engine.js';
import type { PatchJobDto } from '../../src/jobs/job-input.dto.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ apiConnections: 2 });
});
afterAll(() => engine.close());

const patch = (jobId: string, change: PatchJobDto) =>
  engine.asTenant(() => engine.edits.patch(jobId, change, undefined));
const run = async (jobId: string): Promise<string> =>
  (await engine.asTenant(() => engine.commands.runNow(jobId, {}))).state;
const gateOf = async (jobId: string) =>
  (await engine.sql('SELECT active, queued FROM gates WHERE id = $1', [jobId]))[0];

describe('an overlap rule that changes while runs are live', () => {
  it('counts what runs already, holds back what it says, and lets everything go when it is lifted', async () => {
    const { job } = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop' }));
    const agentId = await anAgent(engine);
    expect([await run(job.id), await run(job.id), await run(job.id)]).toEqual(['pending', 'pending', 'pending']);
    const [first] = await claimAny(engine, agentId, 1);
    if (!first) throw new Error('nothing claimed');

    await patch(job.id, { overlapPolicy: 'skip', maxConcurrency: 2 });
    expect(await gateOf(job.id)).toEqual({ active: 3, queued: 0 });
    expect(await run(job.id)).toBe('skipped');

    await patch(job.id, { overlapPolicy: 'queue_all', maxQueued: 2 });
    expect([await run(job.id), await run(job.id), await run(job.id)]).toEqual(['queued', 'queued', 'skipped']);
    await engine.queue.finish(agentId, [anEnd(first)]);
    expect(await gateOf(job.id)).toEqual({ active: 2, queued: 2 });

    await patch(job.id, { maxConcurrency: 3 });
    expect(await gateOf(job.id)).toEqual({ active: 3, queued: 1 });

    await patch(job.id, { overlapPolicy: 'allow' });
    expect(await gateOf(job.id)).toEqual({ active: 4, queued: 0 });
    expect(await run(job.id)).toBe('pending');

    await patch(job.id, { overlapPolicy: 'queue_one', maxConcurrency: 1 });
    expect([await run(job.id), await run(job.id)]).toEqual(['queued', 'skipped']);
    expect(await gateDifferences(engine)).toEqual([]);
    for (let left = 6; left > 0; left--) {
      const [next] = await claimAny(engine, agentId, 1);
      if (!next) throw new Error(`nothing claimed with ${left} left`);
      await engine.queue.finish(agentId, [anEnd(next)]);
    }
    expect(await gateOf(job.id)).toEqual({ active: 0, queued: 0 });
    expect(await engine.sql('SELECT 1 FROM live_runs')).toEqual([]);
  });

  it('takes waiting runs along to their new queue and priority', async () => {
    const { job } = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop' }));
    await run(job.id);
    await patch(job.id, { requiredTags: ['GPU '], priority: 7 });
    const [row] = await engine.sql(
      'SELECT q.required_tags AS tags, l.priority FROM live_runs l JOIN queues q ON q.id = l.queue_id WHERE l.job_id = $1',
      [job.id],
    );
    expect(row).toEqual({ tags: ['gpu'], priority: 7 });
  });

  it('by more editors than the API has connections is no dead end', async () => {
    const { job } = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop' }));
    const edits = Array.from({ length: 12 }, (_, i) =>
      engine.asTenant(() => engine.edits.replace(job.id, { name: `j${i}`, jobClass: 'noop', tags: ['t'] }, undefined)),
    );
    await Promise.all(edits);
    const [row] = await engine.sql('SELECT version FROM jobs WHERE id = $1', [job.id]);
    expect(row).toEqual({ version: 13 });
  }, 8_000);
});

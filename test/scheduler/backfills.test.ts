import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackfillInputDto } from '../../src/executions/backfills/backfill-input.dto.js';
import type { BackfillView } from '../../src/executions/backfills/backfill.view.js';
import type { TriggerInputDto } from '../../src/jobs/trigger-input.dto.js';
import { anAgent, anEnd, claimAny, gateDifferences, startEngine, type Engine } from '../support/engine.js';
import { startReplica } from '../support/replica.js';
import { until } from '../support/until.js';

let engine: Engine;
let agent: string;
beforeAll(async () => {
  engine = await startEngine();
  agent = await anAgent(engine);
});
afterAll(() => engine.close());

const HOURLY: TriggerInputDto = { kind: 'interval', everySeconds: 3600, anchorAt: new Date('2026-01-01T00:00:00Z') };
async function aTrigger(over: Partial<TriggerInputDto> = {}, job: object = {}): Promise<{ jobId: string; id: string }> {
  const triggers = [{ ...HOURLY, ...over }];
  const made = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', triggers, ...job }));
  return { jobId: made.job.id, id: made.triggers[0]?.id ?? '' };
}
const anInput = (over: Partial<BackfillInputDto> = {}): BackfillInputDto => ({
  from: new Date('2026-01-01T00:00:00Z'),
  to: new Date('2026-01-01T09:00:00Z'),
  ...{ dryRun: false, maxConcurrency: 3, order: 'oldest_first', includeMissed: false, count: 100 },
  ...over,
});
const aBackfill = (id: string, over: Partial<BackfillInputDto> = {}): Promise<BackfillView> =>
  engine.asTenant(() => engine.backfills.create(id, anInput(over)));
const read = (id: string): Promise<BackfillView> => engine.asTenant(() => engine.backfills.get(id));
const hoursOf = async (jobId: string): Promise<number[]> =>
  (
    await engine.sql<{ at: Date }>(
      `SELECT scheduled_for AS at FROM executions WHERE job_id = $1 ORDER BY created_at, scheduled_for`,
      [jobId],
    )
  ).map((row) => row.at.getUTCHours());

/** Steps until nothing happens any more. */
async function feed(id: string, feeding = engine.feeding): Promise<void> {
  while (await feeding.step(id));
}
/** Claims whatever is pending and ends it well; answers how many there were. */
async function runAll(): Promise<number> {
  const runs = await claimAny(engine, agent, 1_000);
  await engine.queue.finish(
    agent,
    runs.map((run) => anEnd(run)),
  );
  return runs.length;
}
/** Feeds and runs until the backfill is over. */
async function complete(id: string): Promise<BackfillView> {
  return until('the backfill is completed', async () => {
    await feed(id);
    await runAll();
    const backfill = await read(id);
    return backfill.state === 'completed' ? backfill : null;
  });
}

describe('a backfill', () => {
  it.each(['oldest_first', 'newest_first'] as const)(
    'runs each instant of its range once, %s, at most so many at once',
    async (order) => {
      const { id, jobId } = await aTrigger();
      const backfill = await aBackfill(id, { order });
      await feed(backfill.id);
      const ascending = Array.from({ length: 10 }, (_, hour) => hour);
      const expected = order === 'oldest_first' ? ascending : ascending.toReversed();
      expect((await hoursOf(jobId)).toSorted((a, b) => a - b)).toEqual(expected.slice(0, 3).toSorted((a, b) => a - b));
      expect(await read(backfill.id)).toMatchObject({
        state: 'running',
        total: 10,
        created: 3,
        active: 3,
        succeeded: 0,
      });
      expect(await runAll()).toBe(3);
      await feed(backfill.id);
      expect(await read(backfill.id)).toMatchObject({ created: 6, active: 3, succeeded: 3 });
      expect(await complete(backfill.id)).toMatchObject({
        created: 10,
        leftAlone: 0,
        active: 0,
        succeeded: 10,
        unsuccessful: 0,
      });
      expect((await hoursOf(jobId)).toSorted((a, b) => a - b)).toEqual(ascending);
      const [sources] = await engine.sql(`SELECT array_agg(DISTINCT source) AS s FROM executions WHERE job_id = $1`, [
        jobId,
      ]);
      expect(sources).toEqual({ s: ['backfill'] });
    },
  );

  it('posted again leaves alone what has run, and makes up for what was missed only when asked, once', async () => {
    const { id, jobId } = await aTrigger();
    await engine.sql(
      `INSERT INTO executions (id, tenant_id, job_id, trigger_id, source, scheduled_for, job_class, args, parameters, state, reason, finished_at)
       SELECT gen_random_uuid(), $1, $2, $3, 'trigger', '2026-01-01T00:00Z'::timestamptz + h * interval '1 hour', 'noop', '[]', '{}',
              CASE WHEN h < 2 THEN 'missed' ELSE 'failed' END, 'misfire_cap', now() FROM generate_series(0, 3) AS h`,
      [engine.tenantId, jobId, id],
    );
    const plan = (input: Partial<BackfillInputDto>) => engine.asTenant(() => engine.backfills.plan(id, anInput(input)));
    const outcomes = async (input: Partial<BackfillInputDto>) =>
      (await plan(input)).instants.map(({ outcome }) => outcome[0]).join('');
    expect(await outcomes({})).toBe('llllcccccc');
    expect(await outcomes({ includeMissed: true })).toBe('mmllcccccc');
    expect(await outcomes({ includeMissed: true, count: 3, after: new Date('2026-01-01T01:00:00Z') })).toBe('llc');
    expect(await complete((await aBackfill(id)).id)).toMatchObject({
      total: 10,
      created: 6,
      leftAlone: 4,
      succeeded: 6,
    });
    expect(await complete((await aBackfill(id)).id)).toMatchObject({ created: 0, leftAlone: 10 });
    expect(await complete((await aBackfill(id, { includeMissed: true })).id)).toMatchObject({
      created: 2,
      leftAlone: 8,
    });
    expect(await complete((await aBackfill(id, { includeMissed: true })).id)).toMatchObject({
      created: 0,
      leftAlone: 10,
    });
    const made = await engine.sql(
      `SELECT m.source, m.trigger_id, o.state AS "of" FROM executions m JOIN executions o ON o.id = m.retry_of AND o.scheduled_for = m.scheduled_for
        WHERE m.job_id = $1`,
      [jobId],
    );
    expect(made).toEqual([
      { source: 'backfill', trigger_id: null, of: 'missed' },
      { source: 'backfill', trigger_id: null, of: 'missed' },
    ]);
    expect(await outcomes({ includeMissed: true })).toBe('llllllllll');
  });

  it('waits for room under the rule of its job instead of being skipped', async () => {
    const { id, jobId } = await aTrigger({}, { overlapPolicy: 'skip', maxConcurrency: 2 });
    const backfill = await aBackfill(id, { maxConcurrency: 5 });
    await feed(backfill.id);
    expect(await read(backfill.id)).toMatchObject({ created: 2, active: 2 });
    expect(await complete(backfill.id)).toMatchObject({ created: 10, succeeded: 10 });
    expect(await engine.sql(`SELECT 1 FROM executions WHERE job_id = $1 AND state = 'skipped'`, [jobId])).toEqual([]);
    expect(await gateDifferences(engine)).toEqual([]);
  });

  it('is paused, resumed and cancelled; what exists goes on', async () => {
    const { id } = await aTrigger();
    const backfill = await aBackfill(id, { maxConcurrency: 2 });
    await feed(backfill.id);
    const command = (what: 'pause' | 'resume' | 'cancel') => engine.asTenant(() => engine.backfills[what](backfill.id));
    expect(await command('pause')).toMatchObject({ state: 'paused', active: 2 });
    expect(await runAll()).toBe(2);
    await feed(backfill.id);
    expect(await read(backfill.id)).toMatchObject({ state: 'paused', created: 2, succeeded: 2, active: 0 });
    expect(await command('resume')).toMatchObject({ state: 'running' });
    await feed(backfill.id);
    expect(await command('cancel')).toMatchObject({ state: 'cancelled', created: 4, active: 2 });
    expect((await command('cancel')).finishedAt).not.toBeNull();
    await expect(command('resume')).rejects.toMatchObject({ code: 'invalid_state' });
    expect(await runAll()).toBe(2);
    await feed(backfill.id);
    expect(await read(backfill.id)).toMatchObject({ state: 'cancelled', created: 4, succeeded: 4, active: 0 });
    expect(await engine.feeding.unfinished()).not.toContain(backfill.id);
    const events = await engine.sql<{ event: string }>(
      'SELECT event FROM audit_log WHERE subject_id = $1 ORDER BY id',
      [backfill.id],
    );
    expect(events.map((row) => row.event)).toEqual(
      ['created', 'paused', 'resumed', 'cancelled'].map((what) => `backfill.${what}`),
    );
  });

  it('ends with its trigger or job, and keeps the schedule that it was asked for', async () => {
    const edited = await aTrigger();
    const kept = await aBackfill(edited.id);
    await engine.asTenant(() => engine.triggerEdits.patch(edited.jobId, edited.id, { everySeconds: 60 }, undefined));
    expect(await complete(kept.id)).toMatchObject({ created: 10 });
    const gone = await aTrigger();
    const orphan = await aBackfill(gone.id);
    await engine.asTenant(() => engine.triggerEdits.delete(gone.jobId, gone.id, undefined));
    await feed(orphan.id);
    expect(await read(orphan.id)).toMatchObject({ state: 'cancelled', reason: 'trigger_deleted', created: 0 });
  });

  it.each<[Partial<BackfillInputDto>, string]>([
    [{ to: new Date('2025-12-31T00:00:00Z') }, 'end_before_start'],
    [{ to: new Date('2999-01-01T00:00:00Z') }, 'future'],
    [{ from: new Date('1990-01-01T00:00:00Z') }, 'too_many'],
  ])('of %j is refused as %s', async (over, code) => {
    const { id } = await aTrigger();
    await expect(aBackfill(id, over)).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ field: '/to', code }],
    });
  });

  it('fed by three replicas at once beside another of the same trigger runs each instant once', async () => {
    const { id, jobId } = await aTrigger();
    const day = { to: new Date('2026-01-03T23:00:00Z'), maxConcurrency: 1_000 };
    const backfills = [await aBackfill(id, day), await aBackfill(id, { ...day, order: 'newest_first' })];
    const replicas = [engine.replica(2), engine.replica(2), engine.replica(2)];
    await Promise.all(replicas.flatMap(({ feeding }) => backfills.map((backfill) => feed(backfill.id, feeding))));
    const hours = await engine.sql(
      `SELECT count(*)::int AS n, count(DISTINCT scheduled_for)::int AS instants FROM executions WHERE job_id = $1`,
      [jobId],
    );
    expect(hours).toEqual([{ n: 72, instants: 72 }]);
    const ended = await Promise.all(backfills.map((backfill) => complete(backfill.id)));
    expect(ended.map(({ total }) => total)).toEqual([72, 72]);
    expect(ended.reduce((sum, { created }) => sum + created, 0)).toBe(72);
    expect(ended.reduce((sum, { leftAlone }) => sum + leftAlone, 0)).toBe(72);
    await engine.sql(`UPDATE triggers SET next_fire_at = NULL WHERE job_id = $1`, [jobId]);
  });

  it('is fed by a scheduler that hears of it', async () => {
    const { id } = await aTrigger();
    const scheduler = await startReplica(engine, { SWEEP_HORIZON_SECONDS: '3600' });
    const backfill = await aBackfill(id);
    const done = await until(
      'it is completed',
      async () => {
        await runAll();
        const now = await read(backfill.id);
        return now.state === 'completed' ? now : null;
      },
      20_000,
    );
    expect(done).toMatchObject({ created: 10, succeeded: 10 });
    await scheduler.close();
  });
});

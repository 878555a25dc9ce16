import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../../src/kernel/clock.js';
import { TriggerRegistry } from '../../src/scheduler/trigger-registry.js';
import type { TriggerInputDto } from '../../src/jobs/trigger-input.dto.js';
import { startEngine, type Engine } from '../support/engine.js';
import { startReplica, type RunningReplica } from '../support/replica.js';
import { until } from '../support/until.js';

/** On a busy machine; on an idle one it is a few milliseconds. */
const LATENESS_MS = 1_500;

let engine: Engine;
let scheduler: RunningReplica;
beforeAll(async () => {
  engine = await startEngine();
  // Sweeps only twice an hour: whatever is on time here is so through timers and notifications.
  scheduler = await startReplica(engine, { SWEEP_HORIZON_SECONDS: '3600' });
});
afterAll(async () => {
  await scheduler.close();
  await engine.close();
});

const inMs = (ms: number): Date => new Date(new Clock().nowMs() + ms);
async function aTrigger(trigger: TriggerInputDto): Promise<{ jobId: string; id: string }> {
  const made = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', triggers: [trigger] }));
  return { jobId: made.job.id, id: made.triggers[0]?.id ?? '' };
}
const occurrencesOf = (id: string) =>
  engine.sql<{ at: Date; lateMs: number; delayMs: number; live: string | null }>(
    `SELECT e.scheduled_for AS at, extract(epoch FROM e.created_at - e.scheduled_for)::float8 * 1000 AS "lateMs",
            extract(epoch FROM l.run_at - e.scheduled_for)::float8 * 1000 AS "delayMs", l.state AS live
       FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.trigger_id = $1 ORDER BY e.scheduled_for`,
    [id],
  );
const ended = (id: string) =>
  until('the trigger has no instant left', async () => {
    const rows = await engine.sql('SELECT 1 FROM triggers WHERE id = $1 AND next_fire_at IS NULL', [id]);
    return rows.length > 0;
  });

describe('a scheduler', () => {
  it.each<[string, TriggerInputDto, number]>([
    ['date', { kind: 'date' }, 1],
    ['interval', { kind: 'interval', everySeconds: 1, maxRuns: 3 }, 3],
    ['cron', { kind: 'cron', expression: '* * * * * *', maxRuns: 2 }, 2],
  ])('fires a %s trigger once per instant, on time, until it is over', async (kind, trigger, count) => {
    const { id } = await aTrigger(kind === 'date' ? { ...trigger, at: inMs(700) } : trigger);
    await ended(id);
    const rows = await occurrencesOf(id);
    expect(rows).toHaveLength(count);
    rows.forEach((row, i) => {
      expect(row.at.getTime() - (rows[0]?.at.getTime() ?? 0)).toBe(i * 1000);
      expect(row.lateMs).toBeGreaterThan(-150);
      expect(row.lateMs).toBeLessThan(LATENESS_MS);
      expect(row.live).toBe('pending');
    });
    expect(await engine.sql('SELECT run_count AS runs FROM triggers WHERE id = $1', [id])).toEqual([{ runs: count }]);
  });

  it('keeps to start and end, both included', async () => {
    const start = inMs(1_000);
    const end = new Date(start.getTime() + 1_000);
    const { id } = await aTrigger({ kind: 'interval', everySeconds: 1, anchorAt: start, startAt: start, endAt: end });
    await ended(id);
    expect((await occurrencesOf(id)).map((row) => row.at)).toEqual([start, end]);
  });

  it('follows an edit: the new instant fires, the old one does not', async () => {
    const sooner = await aTrigger({ kind: 'date', at: inMs(1_800_000) });
    const later = await aTrigger({ kind: 'date', at: inMs(4_000) });
    const paused = await aTrigger({ kind: 'date', at: inMs(4_000) });
    const gone = await aTrigger({ kind: 'date', at: inMs(4_000) });
    const at = inMs(3_000);
    await engine.asTenant(async () => {
      await engine.triggerEdits.patch(later.jobId, later.id, { at: inMs(1_800_000) }, undefined);
      await engine.edits.pause(paused.jobId, undefined);
      await engine.triggerEdits.delete(gone.jobId, gone.id, undefined);
      await engine.triggerEdits.patch(sooner.jobId, sooner.id, { at }, undefined);
    });
    const sentinel = await aTrigger({ kind: 'date', at: inMs(4_500) });
    await ended(sooner.id);
    expect((await occurrencesOf(sooner.id)).map((row) => row.at)).toEqual([at]);
    await ended(sentinel.id);
    for (const { id } of [later, paused, gone]) expect(await occurrencesOf(id)).toEqual([]);
  });

  it('delays each run by its jitter, and lets it go when the delay is over', async () => {
    const { id } = await aTrigger({ kind: 'interval', everySeconds: 1, jitterSeconds: 1, maxRuns: 3 });
    await ended(id);
    const rows = await occurrencesOf(id);
    expect(rows.map((row) => row.delayMs >= 0 && row.delayMs <= 1_000)).toEqual([true, true, true]);
    expect(new Set(rows.map((row) => row.delayMs)).size).toBeGreaterThan(1);
    await until('all are pending', async () => (await occurrencesOf(id)).every((row) => row.live === 'pending'));
  });

  it('arms nothing beyond its horizon, and what lies within it once', async () => {
    const registry = scheduler.app.get(TriggerRegistry);
    await until('only far ones are armed', () => registry.size <= 3);
    const before = registry.size;
    const near = await aTrigger({ kind: 'date', at: inMs(1_700_000) });
    await until('the near one is armed', () => registry.size === before + 1);
    await aTrigger({ kind: 'date', at: inMs(86_400_000 * 400) });
    await aTrigger({ kind: 'date', at: new Date('9999-01-01T00:00:00Z') });
    // The notification of this one comes after those of the far ones.
    const sentinel = await aTrigger({ kind: 'date', at: inMs(300) });
    await ended(sentinel.id);
    expect(registry.size).toBe(before + 1);
    await engine.asTenant(() => engine.triggerEdits.delete(near.jobId, near.id, undefined));
    await until('it is disarmed', () => registry.size === before);
  });

  it('comes back when its notification connection is cut, and finds what it was not told', async () => {
    const listeners = () =>
      engine.sql<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'carillon-listen'`,
      );
    const [old] = await listeners();
    await engine.sql('SELECT pg_terminate_backend($1)', [old?.pid]);
    const { id } = await aTrigger({ kind: 'date', at: inMs(100) });
    await ended(id);
    expect(await occurrencesOf(id)).toHaveLength(1);
    const [fresh] = await listeners();
    expect(fresh?.pid).not.toBe(old?.pid);
    const next = await aTrigger({ kind: 'date', at: inMs(200) });
    await ended(next.id);
    expect((await occurrencesOf(next.id))[0]?.lateMs).toBeLessThan(LATENESS_MS);
  });
});

describe('a trigger whose occurrence the database refuses', () => {
  it('does not keep those from firing that are due with it', async () => {
    const due = { kind: 'date', at: inMs(1_500) } as const;
    const triggers = Array.from({ length: 9 }, () => due);
    const made = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop', triggers }));
    const bad = made.triggers[4]?.id ?? '';
    await engine.sql(
      `ALTER TABLE executions ADD CONSTRAINT refused CHECK (trigger_id IS DISTINCT FROM '${bad}'::uuid)`,
    );
    const good = made.triggers.map(({ id }) => id).filter((id) => id !== bad);
    for (const id of good) {
      await ended(id);
      expect(await occurrencesOf(id)).toHaveLength(1);
    }
    expect(await occurrencesOf(bad)).toEqual([]);
    await engine.sql('ALTER TABLE executions DROP CONSTRAINT refused');
    await ended(bad);
    expect(await occurrencesOf(bad)).toHaveLength(1);
  });
});

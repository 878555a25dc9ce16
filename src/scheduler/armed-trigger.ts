import { jitterMs } from '../calendar/jitter.js';
import { planFiring } from '../calendar/misfire.js';
import type { Schedule } from '../calendar/schedule.js';
import type { TriggerFiring } from '../executions/firing.service.js';
import type { DueTrigger } from '../jobs/due-triggers.service.js';

/** A trigger whose next instant lies within the horizon. */
export interface ArmedTrigger {
  readonly row: DueTrigger;
  readonly schedule: Schedule;
  readonly dueAtMs: number;
  readonly runCount: number;
  /** Every instant up to here has its row already, or is from before the trigger was armed. */
  readonly accountedToMs: number;
}

/** Occurrences of one trigger that are written in one pass; a trigger that was away for long takes several. */
const OCCURRENCES_PER_PASS = 500;

/** What to write for a due trigger at `nowMs`. Pure, so that every replica plans the same. */
export function firingOf(trigger: ArmedTrigger, nowMs: number): TriggerFiring {
  const { row, schedule, dueAtMs, runCount, accountedToMs } = trigger;
  const plan = planFiring({
    schedule,
    dueAtMs,
    nowMs: Math.max(nowMs, dueAtMs),
    policy: row.misfirePolicy,
    graceMs: row.misfireGraceMs,
    cap: row.misfireCap,
    catchUpWindowMs: row.catchUpWindowMs,
    remainingRuns: row.maxRuns === null ? null : Math.max(0, row.maxRuns - runCount),
    limit: OCCURRENCES_PER_PASS,
  });
  const lastAtMs = plan.occurrences.at(-1)?.atMs ?? dueAtMs;
  // What daylight saving took is told of when the trigger is fired past it: it must not move `next_fire_at`, which people read.
  const dropped = schedule.dropped(accountedToMs, lastAtMs);
  return {
    triggerId: row.id,
    dueAtMs,
    version: row.version,
    nextAtMs: plan.nextFireAtMs,
    lastAtMs,
    fired: plan.fired,
    occurrences: [
      ...dropped.map(({ atMs, reason }) => ({ atMs, runAtMs: atMs, missedReason: reason })),
      ...plan.occurrences.map((o) => ({
        atMs: o.atMs,
        runAtMs: o.atMs + (row.jitterMs > 0 ? jitterMs(row.id, o.atMs, row.jitterMs) : 0),
        missedReason: o.reason,
      })),
    ],
  };
}

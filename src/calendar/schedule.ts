/**
 * When a trigger is due: the door of the calendar. Turns a spec and a time zone into a schedule that answers "what is the
 * next instant" in about a microsecond. Knows nothing of jobs, of what happened at an instant, or of the present time.
 */
import { parseApschedulerFields, type ApschedulerFields } from './apscheduler-fields.js';
import { CALENDAR_LAST_MS, CALENDAR_START_MS } from './civil-date.js';
import { parseCronExpression } from './cron-expression.js';
import { CronSchedule, type DstPolicies, type InstantBounds } from './cron-schedule.js';
import { DateSchedule, IntervalSchedule } from './elapsed-schedules.js';
import { InputProblems } from './input-problems.js';
import type { DroppedInstant, MarkedInstant } from './marked-instant.js';
import { RruleTimes } from './rrule-times.js';
import { WallClockPattern } from './wall-clock-pattern.js';
import { normaliseZone } from './zone-name.js';
import { zoneRules } from './zone-rules.js';

/**
 * For a wall-clock time that a zone leaves out when clocks go forward. `skip`: no run; `run_at_transition` (default): one
 * run at the first instant after the gap, however many times fell into it; `shift`: the time moves on by the length of the
 * gap.
 */
export const DST_GAP_POLICIES = ['skip', 'run_at_transition', 'shift'] as const satisfies DstPolicies['gap'][];
export type DstGapPolicy = (typeof DST_GAP_POLICIES)[number];

/** For a wall-clock time that a zone shows twice when clocks go back: run at the first (default), the second or both. */
export const DST_OVERLAP_POLICIES = ['first', 'second', 'both'] as const satisfies DstPolicies['overlap'][];
export type DstOverlapPolicy = (typeof DST_OVERLAP_POLICIES)[number];

/**
 * What becomes of instants that nobody fired in time. `skip`: none runs; `fire_once`: one run stands for all of them;
 * `fire_all`: each runs, up to a cap, of which the latest ones have the first claim. `planFiring` carries them out.
 */
export const MISFIRE_POLICIES = ['skip', 'fire_once', 'fire_all'] as const;
export type MisfirePolicy = (typeof MISFIRE_POLICIES)[number];

/** Shortest interval between two instants of an interval trigger. */
export const MIN_INTERVAL_MS = 1000;
/** Longest: ten years of 365.25 days. */
export const MAX_INTERVAL_MS = 10 * 365.25 * 86_400_000;

/** When a trigger is due, in one of five forms. Instants are ms since the epoch, from 1900 to the year 9999. */
export type ScheduleSpec =
  /** Five fields, six with seconds first, or a macro; see docs/schedules.md. */
  | { kind: 'cron'; expression: string }
  /** The fields of the ndscheduler API. */
  | { kind: 'cron'; fields: ApschedulerFields }
  /** Instants anchor + n * every for every integer n, also before the anchor and before now. */
  | { kind: 'interval'; everyMs: number; anchorAtMs: number }
  /** One shot. */
  | { kind: 'date'; atMs: number }
  /** DTSTART, RRULE, RDATE and EXDATE lines of iCalendar (RFC 5545). */
  | { kind: 'rrule'; text: string };

/** What a schedule needs besides its spec. Only cron and rrule ask for the time zone and the DST policies. */
export interface ScheduleOptions {
  /** IANA name or alias. */
  timeZone: string;
  /** First instant allowed, inclusive. */
  startAtMs?: number | null;
  /** Last instant allowed, inclusive. */
  endAtMs?: number | null;
  /** Default `run_at_transition`. */
  dstGap?: DstGapPolicy;
  /** Default `first`. */
  dstOverlap?: DstOverlapPolicy;
}

/** The instants of a trigger, strictly ascending, each once. Asking never changes an answer. */
export interface Schedule {
  /**
   * First instant strictly after `afterMs` (ms since the epoch, -Infinity allowed), or null when none is left. Cron is
   * searched to the end of the year 2499, more than the 400 years after which the calendar repeats; an expression that no
   * date satisfies answers null at once.
   */
  next(afterMs: number): number | null;
  /** Like `next`, with what the time zone did to that instant; always null for interval and date. */
  nextMarked(afterMs: number): MarkedInstant | null;
  /**
   * What the DST policies leave out after `afterMs` and up to `untilMs`, ascending; none of them is an instant that `next` answers. Looks at
   * nothing but the offset changes in between, so it costs next to nothing where there are none.
   */
  dropped(afterMs: number, untilMs: number): DroppedInstant[];
}

/**
 * Checks a spec and prepares it for fast answers. A schedule whose instants have all passed, or that never has one, is no
 * error here: `next` answers null and the caller decides.
 * @throws DomainError `invalid_input` with every problem found, at `/expression`, `/fields`, `/fields/<name>`, `/everyMs`,
 *   `/anchorAt`, `/at`, `/rrule`, `/timeZone`, `/startAt`, `/endAt`, `/dstGap` or `/dstOverlap`
 */
export function compileSchedule(spec: ScheduleSpec, options: ScheduleOptions): Schedule {
  const problems = new InputProblems();
  const timeZone = problems.attempt(() => normaliseZone(options.timeZone));
  // The defaults keep the promise of a daily job: no day goes without its run, and no day has two.
  const gap = options.dstGap ?? 'run_at_transition';
  const overlap = options.dstOverlap ?? 'first';
  checkOneOf('/dstGap', gap, DST_GAP_POLICIES, problems);
  checkOneOf('/dstOverlap', overlap, DST_OVERLAP_POLICIES, problems);
  const bounds = readBounds(options, problems);
  const build = prepare(spec, bounds, timeZone, problems);
  problems.throwIfAny();
  if (timeZone === undefined || build === undefined) throw new Error('a problem went unreported');
  return build(timeZone, { gap, overlap });
}

type Build = (timeZone: string, policies: DstPolicies) => Schedule;

function prepare(
  spec: ScheduleSpec,
  bounds: InstantBounds,
  timeZone: string | undefined,
  problems: InputProblems,
): Build | undefined {
  switch (spec.kind) {
    case 'cron': {
      const fields = problems.attempt(() =>
        'expression' in spec ? parseCronExpression(spec.expression) : parseApschedulerFields(spec.fields),
      );
      if (fields === undefined) return undefined;
      return (timeZone, policies) =>
        new CronSchedule(new WallClockPattern(fields), zoneRules(timeZone), policies, bounds);
    }
    case 'interval':
      checkInteger('/everyMs', spec.everyMs, MIN_INTERVAL_MS, MAX_INTERVAL_MS, problems);
      checkInstant('/anchorAt', spec.anchorAtMs, problems);
      return () => new IntervalSchedule(spec.everyMs, spec.anchorAtMs, bounds);
    case 'date':
      checkInstant('/at', spec.atMs, problems);
      return () => new DateSchedule(spec.atMs, bounds);
    case 'rrule': {
      // Without a zone there is a problem already, and nothing to read its times in.
      const times = timeZone === undefined ? undefined : problems.attempt(() => RruleTimes.read(spec.text, timeZone));
      if (times === undefined) return undefined;
      return (zone, policies) => new CronSchedule(times, zoneRules(zone), policies, bounds);
    }
  }
}

function readBounds({ startAtMs, endAtMs }: ScheduleOptions, problems: InputProblems): InstantBounds {
  const bounds = { startAtMs: startAtMs ?? -Infinity, endAtMs: endAtMs ?? Infinity };
  if (startAtMs != null) checkInstant('/startAt', startAtMs, problems);
  if (endAtMs != null) checkInstant('/endAt', endAtMs, problems);
  if (bounds.endAtMs < bounds.startAtMs) {
    problems.add(
      '/endAt',
      'end_before_start',
      `endAt: ${iso(bounds.endAtMs)} is before startAt ${iso(bounds.startAtMs)}`,
    );
  }
  return bounds;
}

function checkInstant(field: string, value: number, problems: InputProblems): void {
  if (Number.isInteger(value) && value >= CALENDAR_START_MS && value <= CALENDAR_LAST_MS) return;
  const range = `${iso(CALENDAR_START_MS)} to ${iso(CALENDAR_LAST_MS)}`;
  problems.add(field, 'instant_range', `${field.slice(1)}: ${iso(value)} is not an instant from ${range}`);
}

function checkInteger(field: string, value: number, min: number, max: number, problems: InputProblems): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  problems.add(
    field,
    'interval_range',
    `${field.slice(1)}: ${String(value)} is not a whole number of ms from ${String(min)} to ${String(max)}`,
  );
}

function checkOneOf(field: string, value: string, allowed: readonly string[], problems: InputProblems): void {
  if (allowed.includes(value)) return;
  problems.add(
    field,
    'unknown_policy',
    `${field.slice(1)}: ${JSON.stringify(value)} is not one of ${allowed.join(', ')}`,
  );
}

/** The instant as ISO 8601 where a Date can hold it, else the bare number. */
function iso(atMs: number): string {
  return Math.abs(atMs) <= 8.64e15 ? new Date(atMs).toISOString() : String(atMs);
}

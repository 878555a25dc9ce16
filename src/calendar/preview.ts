import { LimitedSchedule } from './limited-schedule.js';
import type { DstMark } from './marked-instant.js';
import type { Schedule } from './schedule.js';
import { zoneRules } from './zone-rules.js';

/** A coming instant as people read it. */
export interface PreviewInstant {
  /** Ms since the epoch. */
  atMs: number;
  /**
   * Local time with its offset, `2026-03-29T03:00:00+02:00`; milliseconds only where there are some, and seconds in the
   * offset only for zones that had them (before 1972).
   */
  local: string;
  dst: DstMark;
  /** The calendar that keeps this instant from running; null: it runs. */
  excludedBy: string | null;
}

/** A time between previewed instants that does not run because of daylight saving. */
export interface PreviewSkipped {
  /** Ms since the epoch: the second or first showing that was not chosen; for a time in a gap, when `shift` would run it. */
  atMs: number;
  /** The wall-clock time that was asked for, `2026-03-29T02:30:00`: it does not exist that day, or exists twice. */
  wallClock: string;
  dst: 'gap_skipped' | 'overlap_skipped';
}

/** A preview page: what runs, and what the DST policies leave out up to the last of it. */
export interface Preview {
  readonly instants: readonly PreviewInstant[];
  readonly skipped: readonly PreviewSkipped[];
}

/** Most skipped times of one preview; a schedule of every second has 3,600 in an hour. */
const MOST_SKIPPED = 1_000;

/** What the DST policies leave out between `afterMs` and the last of `instants`. */
export function previewSkipped(
  schedule: Schedule,
  afterMs: number,
  instants: readonly PreviewInstant[],
): PreviewSkipped[] {
  const untilMs = instants.at(-1)?.atMs ?? -Infinity;
  return schedule
    .dropped(afterMs, untilMs)
    .slice(0, MOST_SKIPPED)
    .map(({ atMs, reason, wallMs }) => ({
      atMs,
      wallClock: wallClockText(wallMs),
      dst: reason === 'dst_gap' ? 'gap_skipped' : 'overlap_skipped',
    }));
}

/**
 * The first `count` instants strictly after `afterMs`, fewer when the schedule ends.
 * @param timeZone a name that `normaliseZone` accepts
 * @param withExcluded also those that a calendar keeps from running, each with the calendar's name
 */
export function preview(
  schedule: Schedule,
  timeZone: string,
  afterMs: number,
  count: number,
  withExcluded = false,
): PreviewInstant[] {
  const limits = withExcluded && schedule instanceof LimitedSchedule ? schedule : null;
  const source = limits?.unlimited ?? schedule;
  const instants: PreviewInstant[] = [];
  let after = afterMs;
  while (instants.length < count) {
    const next = source.nextMarked(after);
    if (next === null) break;
    const excludedBy = limits?.keptOutBy(next.atMs) ?? null;
    instants.push({ ...next, local: localTime(next.atMs, timeZone), excludedBy });
    after = next.atMs;
  }
  return instants;
}

/** ISO 8601 local time with offset of an instant in a zone that `normaliseZone` accepts. */
export function localTime(atMs: number, timeZone: string): string {
  const offsetMs = zoneRules(timeZone).offsetAt(atMs);
  return wallClockText(atMs + offsetMs) + formatOffset(offsetMs / 1000);
}

function wallClockText(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/(\.000)?Z$/, '');
}

function formatOffset(offsetSeconds: number): string {
  const size = Math.abs(offsetSeconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60];
  if (size % 60 !== 0) parts.push(size % 60);
  return (offsetSeconds < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':');
}

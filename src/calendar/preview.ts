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
  const wallClock = new Date(atMs + offsetMs).toISOString().replace(/(\.000)?Z$/, '');
  return wallClock + formatOffset(offsetMs / 1000);
}

function formatOffset(offsetSeconds: number): string {
  const size = Math.abs(offsetSeconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60];
  if (size % 60 !== 0) parts.push(size % 60);
  return (offsetSeconds < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':');
}

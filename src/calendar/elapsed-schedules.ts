/** Schedules that know no wall clock: a fixed interval and a single instant. Daylight saving time does nothing to them. */
import { CALENDAR_LAST_MS, CALENDAR_START_MS } from './civil-date.js';
import type { InstantBounds } from './cron-schedule.js';
import type { DroppedInstant, MarkedInstant } from './marked-instant.js';

/** The instants anchor + n * every, for every integer n, within the bounds. */
export class IntervalSchedule {
  constructor(
    private readonly everyMs: number,
    private readonly anchorAtMs: number,
    private readonly bounds: InstantBounds,
  ) {}

  next(afterMs: number): number | null {
    const fromMs = Math.max(Math.floor(afterMs) + 1, this.bounds.startAtMs, CALENDAR_START_MS);
    if (!(fromMs <= CALENDAR_LAST_MS)) return null;
    const steps = Math.ceil((fromMs - this.anchorAtMs) / this.everyMs);
    const atMs = this.anchorAtMs + steps * this.everyMs;
    return atMs <= this.bounds.endAtMs && atMs <= CALENDAR_LAST_MS ? atMs : null;
  }

  nextMarked(afterMs: number): MarkedInstant | null {
    return unmarked(this.next(afterMs));
  }

  dropped(): DroppedInstant[] {
    return [];
  }
}

/** One instant, if it lies within the bounds. */
export class DateSchedule {
  constructor(
    private readonly atMs: number,
    private readonly bounds: InstantBounds,
  ) {}

  next(afterMs: number): number | null {
    const { startAtMs, endAtMs } = this.bounds;
    return afterMs < this.atMs && this.atMs >= startAtMs && this.atMs <= endAtMs ? this.atMs : null;
  }

  nextMarked(afterMs: number): MarkedInstant | null {
    return unmarked(this.next(afterMs));
  }

  dropped(): DroppedInstant[] {
    return [];
  }
}

function unmarked(atMs: number | null): MarkedInstant | null {
  return atMs === null ? null : { atMs, dst: null };
}

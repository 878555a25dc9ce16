/**
 * The entries of an exclusion calendar on the wall clock: which stretches of local time each covers. Local times are written as
 * the ms of the instant at which a clock in UTC shows them; zones are `ExclusionCalendar`'s.
 */
import { DAY_MS, monthLength, monthOfDay, monthStartDay } from './civil-date.js';
import { parseCronExpression } from './cron-expression.js';
import { RruleTimes } from './rrule-times.js';
import { WallClockPattern } from './wall-clock-pattern.js';

/** Local time that an entry covers. Both answers are exact or lower bounds from which asking again goes on. */
export interface LocalCoverage {
  /** End of the coverage that `localMs` is in, or `localMs` itself when it is not covered. */
  end(localMs: number): number;
  /** First covered time at or after `localMs`, or Infinity. */
  start(localMs: number): number;
}

/** Whole days, from first to last inclusive, as numbers of days since 1970. Any order, overlapping or not. */
export function coverDays(ranges: readonly (readonly [from: number, to: number])[]): LocalCoverage {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  /** The first range that does not end before the day. */
  const rangeAt = (day: number): [number, number] | undefined => {
    let low = 0;
    for (let high = merged.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((merged[middle]?.[1] ?? Infinity) < day) low = middle + 1;
      else high = middle;
    }
    return merged[low];
  };
  return {
    end: (localMs) => {
      const day = Math.floor(localMs / DAY_MS);
      const range = rangeAt(day);
      return range !== undefined && range[0] <= day ? (range[1] + 1) * DAY_MS : localMs;
    },
    start: (localMs) => Math.max(localMs, (rangeAt(Math.floor(localMs / DAY_MS))?.[0] ?? Infinity) * DAY_MS),
  };
}

/** The same days every year. `monthDays` are months from 1 times 100 plus the day; 229 counts in leap years only. */
export function coverYearly(monthDays: ReadonlySet<number>): LocalCoverage {
  const isCovered = (day: number): boolean => {
    const { year, month } = monthOfDay(day);
    return monthDays.has((month + 1) * 100 + day - monthStartDay(year, month) + 1);
  };
  return coverByDay((day) => {
    if (isCovered(day)) return day;
    // Eight years lie between two leap days at most, around 1900, 2100 and so on.
    const { year } = monthOfDay(day);
    const later = Array.from({ length: 9 }, (_, ahead) => [...monthDays].map((at) => dayOf(year + ahead, at))).flat();
    return later.reduce((first, at) => (at >= day ? Math.min(first, at) : first), Infinity);
  });
}

/** Whole days on which the rule has a time; `text` as in a trigger. Throws `invalid_input` at `/rrule`. */
export function coverRrule(text: string, timeZone: string): LocalCoverage {
  const times = RruleTimes.read(text, timeZone);
  return coverByDay((day) => Math.floor(times.next(day * DAY_MS) / DAY_MS));
}

/** The minutes that a cron expression selects, the seconds with six fields. Throws `invalid_input` at `/expression`. */
export function coverCron(expression: string): LocalCoverage {
  const fields = parseCronExpression(expression);
  const hasSeconds = expression.trim().split(/\s+/).length === 6;
  const unitMs = hasSeconds ? 1000 : 60_000;
  const pattern = new WallClockPattern(fields);
  const isWholeDay =
    pattern.isEveryHour && fields.minutes.length === 60 && (!hasSeconds || fields.seconds.length === 60);
  return {
    end: (localMs) => {
      const unit = Math.floor(localMs / unitMs) * unitMs;
      if (pattern.next(unit) !== unit) return localMs;
      return isWholeDay ? (Math.floor(localMs / DAY_MS) + 1) * DAY_MS : unit + unitMs;
    },
    start: (localMs) => Math.max(localMs, pattern.next(Math.floor(localMs / unitMs) * unitMs)),
  };
}

/** Whole days, found by `nextDay`: the first covered day at or after a day. Remembers its latest answer. */
function coverByDay(nextDay: (day: number) => number): LocalCoverage {
  let asked = NaN;
  let found = NaN;
  const coveredFrom = (localMs: number): number => {
    const day = Math.floor(localMs / DAY_MS);
    if (!(day >= asked && day <= found)) {
      asked = day;
      found = nextDay(day);
    }
    return found;
  };
  return {
    end: (localMs) => {
      const day = coveredFrom(localMs);
      return day * DAY_MS <= localMs ? (day + 1) * DAY_MS : localMs;
    },
    start: (localMs) => Math.max(localMs, coveredFrom(localMs) * DAY_MS),
  };
}

/** NaN for a 29 February of a common year, which no comparison accepts. */
function dayOf(year: number, monthDay: number): number {
  const month = Math.floor(monthDay / 100) - 1;
  const day = monthDay % 100;
  return day <= monthLength(year, month) ? monthStartDay(year, month) + day - 1 : NaN;
}

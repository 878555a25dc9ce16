import {
  CRON_END_MS,
  DAY_MS,
  isoWeekOfDay,
  monthLength,
  monthOfDay,
  monthStartDay,
  weekdayOfDay,
} from './civil-date.js';
import { daysOfMonth, type DayField, type MonthMask } from './day-field.js';
import type { LocalTimes } from './local-times.js';
import { TimeOfDay } from './time-of-day.js';

/** What a parsed cron rule of either dialect selects, in wall-clock terms. */
export interface WallClockFields {
  /** 0-59, ascending. */
  seconds: readonly number[];
  /** 0-59, ascending. */
  minutes: readonly number[];
  /** 0-23, ascending. */
  hours: readonly number[];
  /** 1-12. */
  months: readonly number[];
  dayOfMonth: DayField;
  dayOfWeek: DayField;
  /** `any`: a day needs to be in one of the two day fields (Vixie, both restricted); `all`: in both. */
  dayRule: 'any' | 'all';
  /** ISO weeks 1-53, or null for every week. */
  weeks: ReadonlySet<number> | null;
}

const LAST_YEAR = new Date(CRON_END_MS).getUTCFullYear();

/**
 * Finds the wall-clock times that a rule selects. A wall-clock time is written as the ms of the instant at which a clock in
 * UTC shows it. Holds the mask of the month it looked at last, so successive searches cost no calendar arithmetic.
 */
export class WallClockPattern implements LocalTimes {
  readonly isEveryHour: boolean;
  private readonly timeOfDay: TimeOfDay;
  private readonly days: Pick<WallClockFields, 'dayOfMonth' | 'dayOfWeek' | 'dayRule' | 'weeks'>;
  private readonly nextMonth: readonly number[];
  private year = 0;
  private month = 0;
  private monthStart = 0;
  private monthEnd = 0;
  private mask: MonthMask = 0;

  constructor(fields: WallClockFields) {
    const { seconds, minutes, hours, months, dayOfMonth, dayOfWeek, dayRule, weeks } = fields;
    this.timeOfDay = new TimeOfDay(seconds, minutes, hours);
    this.nextMonth = nextMonthTable(months);
    this.days = { dayOfMonth, dayOfWeek, dayRule, weeks };
    this.isEveryHour = hours.length === 24;
  }

  /** First matching time at or after `localMs`, or Infinity when none is left before the year 2501. */
  next(localMs: number): number {
    const day = Math.floor(localMs / DAY_MS);
    const second = Math.ceil((localMs - day * DAY_MS) / 1000);
    const time = this.timeOfDay.next(second);
    const matchingDay = this.nextDay(time < 0 ? day + 1 : day);
    return matchingDay * DAY_MS + (time >= 0 && matchingDay === day ? time : this.timeOfDay.first) * 1000;
  }

  private nextDay(day: number): number {
    if (day < this.monthStart || day >= this.monthEnd) {
      const { year, month } = monthOfDay(day);
      this.enterMonth(year, month);
    }
    let rest = this.mask >>> (day - this.monthStart);
    if (rest !== 0) return day + lowestBit(rest);
    let { year, month } = this;
    do {
      month = this.nextMonth[month + 1] ?? 0;
      if (month > 11) {
        year++;
        month -= 12;
      }
      if (year > LAST_YEAR) return Infinity;
      this.enterMonth(year, month);
      rest = this.mask;
    } while (rest === 0);
    return this.monthStart + lowestBit(rest);
  }

  private enterMonth(year: number, month: number): void {
    const length = monthLength(year, month);
    this.year = year;
    this.month = month;
    this.monthStart = monthStartDay(year, month);
    this.monthEnd = this.monthStart + length;
    this.mask = this.nextMonth[month] === month ? this.matchMonth(length) : 0;
  }

  private matchMonth(length: number): MonthMask {
    const { dayOfMonth, dayOfWeek, dayRule, weeks } = this.days;
    const firstWeekday = weekdayOfDay(this.monthStart);
    const byDate = daysOfMonth(dayOfMonth, firstWeekday, length);
    const byWeekday = daysOfMonth(dayOfWeek, firstWeekday, length);
    let mask = dayRule === 'any' ? byDate | byWeekday : byDate & byWeekday;
    for (let index = 0; weeks !== null && index < length; index++) {
      if (!weeks.has(isoWeekOfDay(this.monthStart + index))) mask &= ~(1 << index);
    }
    return mask;
  }
}

/** Entry m: the first selected month at or after m (both from 0), plus 12 when it is in the next year. */
function nextMonthTable(months: readonly number[]): number[] {
  const first = Math.min(...months) - 1;
  return Array.from({ length: 13 }, (_, from) => {
    const later = months.filter((month) => month - 1 >= from).map((month) => month - 1);
    return later.length > 0 ? Math.min(...later) : first + 12;
  });
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

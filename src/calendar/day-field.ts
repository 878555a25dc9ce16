/**
 * The days that one field of a calendar rule (day of month, or day of week) selects, and their evaluation for one month as
 * a mask of 31 bits. Parsing is elsewhere.
 */

/** Days of one month as bits: bit 0 is the first. */
export type MonthMask = number;
/** Weekdays as bits: bit 0 is Sunday. */
export type WeekdayMask = number;

/** A union: a day is selected when any member selects it. */
export interface DayField {
  /** Days of the month. */
  days: MonthMask;
  /** Days counted from the end: bit 0 is the last day, bit 3 the third before it. */
  fromLast: MonthMask;
  /** `15W`: the day from Monday to Friday nearest to these days, within the month. */
  nearestWeekday: MonthMask;
  /** `LW`: the last day from Monday to Friday. */
  lastWorkday: boolean;
  /** Every such weekday of the month. */
  weekdays: WeekdayMask;
  /** Index 0: weekdays taken at their first occurrence in the month, and so on to the fifth. */
  nth: [WeekdayMask, WeekdayMask, WeekdayMask, WeekdayMask, WeekdayMask];
  /** Weekdays taken at their last occurrence in the month. */
  lastOf: WeekdayMask;
}

/** A field that selects no day, to be filled by a parser. */
export function noDays(): DayField {
  return { days: 0, fromLast: 0, nearestWeekday: 0, lastWorkday: false, weekdays: 0, nth: [0, 0, 0, 0, 0], lastOf: 0 };
}

/** The days of a month that the field selects, given the weekday of the first (0 = Sunday) and the number of days. */
export function daysOfMonth(field: DayField, firstWeekday: number, length: number): MonthMask {
  const whole = length === 31 ? 0x7fffffff : (1 << length) - 1;
  let mask = field.days;
  for (let back = 0; field.fromLast >>> back !== 0; back++) {
    if ((field.fromLast >>> back) & 1 && back < length) mask |= 1 << (length - 1 - back);
  }
  for (let day = 0; field.nearestWeekday >>> day !== 0; day++) {
    if ((field.nearestWeekday >>> day) & 1 && day < length) mask |= 1 << nearestWorkday(day, firstWeekday, length);
  }
  if (field.lastWorkday) mask |= 1 << nearestWorkday(length - 1, firstWeekday, length);
  if (field.weekdays !== 0) mask |= everyWeek(field.weekdays, firstWeekday);
  for (const [index, weekdays] of field.nth.entries()) {
    if (weekdays !== 0) mask |= oneWeek(weekdays, firstWeekday, index * 7);
  }
  if (field.lastOf !== 0) mask |= oneWeek(field.lastOf, (firstWeekday + length - 7) % 7, length - 7);
  return mask & whole;
}

/** Index (0 = the first) of the day from Monday to Friday that is nearest to `day` without leaving the month. */
function nearestWorkday(day: number, firstWeekday: number, length: number): number {
  const weekday = (firstWeekday + day) % 7;
  if (weekday === 6) return day === 0 ? day + 2 : day - 1;
  if (weekday === 0) return day === length - 1 ? day - 2 : day + 1;
  return day;
}

/** The seven days from index `start`, whose first is `startWeekday`, that fall on one of the weekdays. */
function oneWeek(weekdays: WeekdayMask, startWeekday: number, start: number): MonthMask {
  const rotated = ((weekdays >>> startWeekday) | (weekdays << (7 - startWeekday))) & 0x7f;
  return rotated << start;
}

function everyWeek(weekdays: WeekdayMask, firstWeekday: number): MonthMask {
  const week = oneWeek(weekdays, firstWeekday, 0);
  return week | (week << 7) | (week << 14) | (week << 21) | (week << 28);
}

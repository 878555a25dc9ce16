/**
 * Days and months of the proleptic Gregorian calendar as plain integers, without `Date` objects: this is the inner loop of
 * every cron search. A day is its number since 1970-01-01, a month counts from 0, a weekday from 0 = Sunday.
 */

/** Length of a day of 24 hours, in ms. */
export const DAY_MS = 86_400_000;

/** First instant that a schedule may name: 1900-01-01T00:00:00Z. Zones had odd offsets before; nothing is scheduled there. */
export const CALENDAR_START_MS = Date.UTC(1900, 0, 1);

/**
 * End (exclusive) of the years in which cron instants are searched: 2500-01-01T00:00:00Z. More than one Gregorian cycle of
 * 400 years from now, so whatever can match at all is found.
 */
export const CRON_END_MS = Date.UTC(2500, 0, 1);

/** Last instant that an interval or a date may name: the end of the year 9999, the last that ISO 8601 prints with four digits. */
export const CALENDAR_LAST_MS = Date.UTC(10_000, 0, 1) - 1;

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MONTH_STARTS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

/** A month of a year; `month` counts from 0. */
export interface CivilMonth {
  year: number;
  month: number;
}

/** Whether the year has a 29 February. */
export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Number of days in the month (0 = January). */
export function monthLength(year: number, month: number): number {
  return month === 1 && isLeapYear(year) ? 29 : (MONTH_LENGTHS[month] ?? 0);
}

/** Day number of 1 January. */
export function yearStartDay(year: number): number {
  const past = year - 1;
  return 365 * (year - 1970) + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 477;
}

/** Day number of the first of the month (0 = January). */
export function monthStartDay(year: number, month: number): number {
  const leapDay = month > 1 && isLeapYear(year) ? 1 : 0;
  return yearStartDay(year) + (MONTH_STARTS[month] ?? 0) + leapDay;
}

/** Year of the day with this number. */
export function yearOfDay(day: number): number {
  const guess = 1970 + Math.floor(day / 365.2425);
  if (yearStartDay(guess) > day) return guess - 1;
  return yearStartDay(guess + 1) <= day ? guess + 1 : guess;
}

/** The month that contains the day with this number. */
export function monthOfDay(day: number): CivilMonth {
  const year = yearOfDay(day);
  const guess = (day - yearStartDay(year)) >> 5; // no month has more than 32 days, so this is the month or the one before
  return { year, month: guess < 11 && monthStartDay(year, guess + 1) <= day ? guess + 1 : guess };
}

/** Weekday of the day with this number, 0 = Sunday. */
export function weekdayOfDay(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** ISO 8601 week number (1-53) of the day: the week belongs to the year that holds its Thursday. */
export function isoWeekOfDay(day: number): number {
  const thursday = day + 3 - ((weekdayOfDay(day) + 6) % 7);
  return Math.floor((thursday - yearStartDay(yearOfDay(thursday))) / 7) + 1;
}

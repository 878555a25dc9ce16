import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CALENDAR_LAST_MS,
  CALENDAR_START_MS,
  DAY_MS,
  isoWeekOfDay,
  monthLength,
  monthOfDay,
  monthStartDay,
  weekdayOfDay,
  yearOfDay,
} from './civil-date.js';

const anyDay = fc.integer({ min: CALENDAR_START_MS / DAY_MS, max: Math.floor(CALENDAR_LAST_MS / DAY_MS) });

describe('civil dates', () => {
  it('agree with Date on year, month, weekday and length of month for any day from 1900 to 9999', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const date = new Date(day * DAY_MS);
        const year = date.getUTCFullYear();
        const month = date.getUTCMonth();
        const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
        const expected = [year, { year, month }, date.getUTCDay(), Date.UTC(year, month, 1) / DAY_MS, length];
        expect([
          yearOfDay(day),
          monthOfDay(day),
          weekdayOfDay(day),
          monthStartDay(year, month),
          monthLength(year, month),
        ]).toEqual(expected);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('agree with Date on the first and last day of every month of a 400-year cycle', () => {
    const wrong: string[] = [];
    for (let year = 1999; year <= 2400; year++) {
      for (let month = 0; month < 12; month++) {
        for (const atMs of [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 0)]) {
          const found = monthOfDay(atMs / DAY_MS);
          if (found.year !== year || found.month !== month) wrong.push(new Date(atMs).toISOString());
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  // ISO 8601: 4 January is always in week 1, and weeks start on Monday.
  it.each([
    ['2021-01-03', 53],
    ['2021-01-04', 1],
    ['2024-12-30', 1],
    ['2026-12-31', 53],
    ['2027-01-03', 53],
    ['2028-01-02', 52],
  ])('put %s into ISO week %i', (date, week) => {
    expect(isoWeekOfDay(Date.parse(date) / DAY_MS)).toBe(week);
  });
});

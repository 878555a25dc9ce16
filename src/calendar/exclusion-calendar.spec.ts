import { describe, expect, it } from 'vitest';
import type { DomainError } from '../kernel/domain-error.js';
import { compileCalendar, type CalendarEntry } from './exclusion-calendar.js';
import { LimitedSchedule } from './limited-schedule.js';
import { preview } from './preview.js';
import { compileSchedule, type Schedule } from './schedule.js';

const named = (entries: CalendarEntry[], timeZone = 'UTC') => ({
  name: 'c',
  calendar: compileCalendar({ timeZone, entries }),
});
const cron = (expression: string, timeZone = 'UTC'): Schedule =>
  compileSchedule({ kind: 'cron', expression }, { timeZone });
const first = (schedule: Schedule, from: string, count: number): string[] =>
  preview(schedule, 'UTC', Date.parse(from) - 1, count).map(({ atMs }) => new Date(atMs).toISOString().slice(0, 16));

describe('a calendar', () => {
  it.each<[string, CalendarEntry, string[]]>([
    ['a date', { date: '2026-12-02' }, ['12-01', '12-03', '12-04', '12-05']],
    ['a range with both ends', { from: '2026-12-02', to: '2026-12-04' }, ['12-01', '12-05', '12-06', '12-07']],
    ['a day of every year', { yearly: '12-03' }, ['12-01', '12-02', '12-04', '12-05']],
    [
      'the days of a rule',
      { rrule: 'DTSTART:20260101T150000\nRRULE:FREQ=WEEKLY;BYDAY=SA,SU,WE' },
      ['12-01', '12-03', '12-04', '12-07'],
    ],
    ['a cron expression', { cron: '* 8-10 * * 3,4' }, ['12-01', '12-04', '12-05', '12-06']],
    ['whole days by cron', { cron: '* * 2-4 * *' }, ['12-01', '12-05', '12-06', '12-07']],
  ])('of %s keeps those instants out', (_name, entry, days) => {
    const schedule = new LimitedSchedule(cron('0 9 * * *'), [named([entry])], []);
    expect(first(schedule, '2026-12-01', 4)).toEqual(days.map((day) => `2026-${day}T09:00`));
  });

  it('limits a schedule to what it covers, and exclusions win', () => {
    const only = named([{ yearly: '02-29' }, { from: '2026-01-05', to: '2026-01-06' }]);
    const schedule = new LimitedSchedule(cron('0 9 * * *'), [named([{ date: '2026-01-05' }])], [only]);
    expect(first(schedule, '2026-01-01', 4)).toEqual([
      '2026-01-06T09:00',
      '2028-02-29T09:00',
      '2032-02-29T09:00',
      '2036-02-29T09:00',
    ]);
  });

  it('has the days of its own zone, whatever the zone of the schedule', () => {
    // The 2nd of December of Tokyo ends at 15:00 UTC.
    const schedule = new LimitedSchedule(cron('0 */6 * * *'), [named([{ date: '2026-12-02' }], 'Asia/Tokyo')], []);
    expect(first(schedule, '2026-12-01T12:00Z', 3)).toEqual([
      '2026-12-01T12:00',
      '2026-12-02T18:00',
      '2026-12-03T00:00',
    ]);
  });

  it('covers a day of 25 hours whole, and one of 23', () => {
    for (const date of ['2026-10-25', '2026-03-29']) {
      const calendar = compileCalendar({ timeZone: 'Europe/Berlin', entries: [{ date }] });
      const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short' });
      for (let atMs = Date.parse(date) - 5 * 3_600_000; atMs < Date.parse(date) + 30 * 3_600_000; atMs += 900_000)
        expect([date, atMs, calendar.end(atMs) > atMs]).toEqual([date, atMs, wall.format(atMs) === date]);
    }
  });

  it('that leaves nothing ends the search', () => {
    const everything = named([{ cron: '* * * * *' }]);
    const begun = performance.now();
    expect(new LimitedSchedule(cron('* * * * * *'), [everything], []).next(0)).toBeNull();
    expect(new LimitedSchedule(cron('*/2 * * * *'), [named([{ cron: '*/2 * * * *' }])], []).next(0)).toBeNull();
    expect(new LimitedSchedule(cron('* * * * *'), [], [named([])]).next(0)).toBeNull();
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('shows in a preview what it keeps out, when asked', () => {
    const schedule = new LimitedSchedule(cron('0 9 * * *'), [named([{ date: '2026-12-02' }])], []);
    const shown = preview(schedule, 'UTC', Date.parse('2026-12-01'), 3, true);
    expect(shown.map(({ local, excludedBy }) => [local.slice(8, 10), excludedBy])).toEqual([
      ['01', null],
      ['02', 'c'],
      ['03', null],
    ]);
  });

  it.each<[CalendarEntry, string]>([
    [{ date: '2026-02-30' }, '/entries/1/date'],
    [{ from: '2026-02-03', to: '2026-02-01' }, '/entries/1/to'],
    [{ from: '2026-02-03' }, '/entries/1'],
    [{ date: '2026-02-03', yearly: '01-01' }, '/entries/1'],
    [{}, '/entries/1'],
    [{ yearly: '02-30' }, '/entries/1/yearly'],
    [{ cron: '61 * * * *' }, '/entries/1/cron'],
    [{ rrule: 'RRULE:FREQ=DAILY' }, '/entries/1/rrule'],
  ])('names what is wrong with %j', (entry, field) => {
    let fields: readonly { field: string; message: string }[] = [];
    try {
      compileCalendar({ timeZone: 'UTC', entries: [{ date: '2026-01-01' }, entry] });
    } catch (error) {
      fields = (error as DomainError).fields;
    }
    expect(fields.map((problem) => problem.field)).toEqual([field]);
    expect(fields[0]?.message).toContain(field);
  });

  it('agrees with a look at every minute of a year', () => {
    const entries: CalendarEntry[] = [
      { yearly: '01-06' },
      { from: '2026-03-27', to: '2026-03-30' },
      { cron: '30-59 1-3 * * 0' },
    ];
    const calendar = compileCalendar({ timeZone: 'America/New_York', entries });
    const wall = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const schedule = new LimitedSchedule(cron('*/30 * * * *'), [{ name: 'c', calendar }], []);
    const expected: number[] = [];
    for (let atMs = Date.UTC(2026, 0, 1); atMs < Date.UTC(2027, 0, 1); atMs += 1_800_000) {
      const [day = '', time = ''] = wall.format(atMs).split(' ');
      const isSunday = new Date(`${day}T00:00Z`).getUTCDay() === 0;
      const isNight = isSunday && /^0[1-3]:[345]/.test(time);
      if (!(day.endsWith('-01-06') || (day >= '2026-03-27' && day <= '2026-03-30') || isNight)) expected.push(atMs);
    }
    const found: number[] = [];
    for (
      let at = schedule.next(Date.UTC(2026, 0, 1) - 1);
      at !== null && at < Date.UTC(2027, 0, 1);
      at = schedule.next(at)
    )
      found.push(at);
    expect(found).toEqual(expected);
  });
});

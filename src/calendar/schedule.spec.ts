import { describe, expect, it } from 'vitest';
import { preview } from './preview.js';
import { compileSchedule, type ScheduleOptions, type ScheduleSpec } from './schedule.js';

const UTC = { timeZone: 'UTC' };
const at = (text: string): number => Date.parse(text);

describe('interval', () => {
  const spec = (everyMs: number, anchor: string): ScheduleSpec => ({
    kind: 'interval',
    everyMs,
    anchorAtMs: at(anchor),
  });

  it('has the instants anchor + n * every, before and after the anchor', () => {
    const schedule = compileSchedule(spec(90_000, '2026-01-01T00:00:10Z'), UTC);
    expect(schedule.next(at('2026-01-01T00:00:10Z') - 1)).toBe(at('2026-01-01T00:00:10Z'));
    expect(schedule.next(at('2026-01-01T00:00:10Z'))).toBe(at('2026-01-01T00:01:40Z'));
    expect(schedule.next(at('2025-12-31T23:58:00Z'))).toBe(at('2025-12-31T23:58:40Z'));
    expect(schedule.nextMarked(at('2036-01-01T00:00:00Z'))).toEqual({ atMs: at('2036-01-01T00:00:10Z'), dst: null });
  });

  it('starts at startAt and ends at endAt, both inclusive', () => {
    const bounds = { ...UTC, startAtMs: at('2026-01-01T00:01:00Z'), endAtMs: at('2026-01-01T00:02:00Z') };
    const schedule = compileSchedule(spec(60_000, '2026-01-01T00:00:00Z'), bounds);
    expect(schedule.next(0)).toBe(at('2026-01-01T00:01:00Z'));
    expect(schedule.next(at('2026-01-01T00:01:00Z'))).toBe(at('2026-01-01T00:02:00Z'));
    expect(schedule.next(at('2026-01-01T00:02:00Z'))).toBeNull();
  });

  it('goes on through daylight saving time by elapsed time', () => {
    const schedule = compileSchedule(spec(3_600_000, '2026-03-29T00:00:00Z'), { timeZone: 'Europe/Berlin' });
    expect(preview(schedule, 'Europe/Berlin', at('2026-03-28T23:59:00Z'), 3).map(({ local }) => local)).toEqual([
      '2026-03-29T01:00:00+01:00',
      '2026-03-29T03:00:00+02:00',
      '2026-03-29T04:00:00+02:00',
    ]);
  });
});

describe('date', () => {
  it('has one instant, until it has passed', () => {
    const schedule = compileSchedule({ kind: 'date', atMs: at('9999-12-31T23:59:59Z') }, UTC);
    expect(schedule.next(0)).toBe(at('9999-12-31T23:59:59Z'));
    expect(schedule.next(at('9999-12-31T23:59:58.999Z'))).toBe(at('9999-12-31T23:59:59Z'));
    expect(schedule.next(at('9999-12-31T23:59:59Z'))).toBeNull();
  });

  it('has none outside startAt and endAt', () => {
    const spec: ScheduleSpec = { kind: 'date', atMs: 1000 };
    expect(compileSchedule(spec, { ...UTC, startAtMs: 1001 }).next(0)).toBeNull();
    expect(compileSchedule(spec, { ...UTC, endAtMs: 999 }).next(0)).toBeNull();
    expect(compileSchedule(spec, { ...UTC, startAtMs: 1000, endAtMs: 1000 }).next(0)).toBe(1000);
  });
});

describe('cron', () => {
  const cron = (expression: string, options: Partial<ScheduleOptions> = {}) =>
    compileSchedule({ kind: 'cron', expression }, { ...UTC, ...options });

  it('is strictly after the given instant, to the millisecond', () => {
    const daily = cron('0 0 * * *');
    expect(daily.next(at('2026-01-01T00:00:00Z') - 1)).toBe(at('2026-01-01T00:00:00Z'));
    expect(daily.next(at('2026-01-01T00:00:00Z') - 0.5)).toBe(at('2026-01-01T00:00:00Z'));
    expect(daily.next(at('2026-01-01T00:00:00Z'))).toBe(at('2026-01-02T00:00:00Z'));
    expect(daily.next(at('2025-12-31T23:59:59.500Z'))).toBe(at('2026-01-01T00:00:00Z'));
    expect(daily.next(at('2025-12-31T23:59:59.999Z'))).toBe(at('2026-01-01T00:00:00Z'));
  });

  it('starts at startAt and ends at endAt, both inclusive', () => {
    const schedule = cron('0 * * * *', { startAtMs: at('2026-01-01T01:00:00Z'), endAtMs: at('2026-01-01T02:00:00Z') });
    expect(schedule.next(0)).toBe(at('2026-01-01T01:00:00Z'));
    expect(schedule.next(at('2026-01-01T01:00:00Z'))).toBe(at('2026-01-01T02:00:00Z'));
    expect(schedule.next(at('2026-01-01T02:00:00Z'))).toBeNull();
  });

  it('is bounded: from 1900 to the end of 2499', () => {
    const yearly = cron('@yearly', { timeZone: 'Europe/Amsterdam' });
    expect(cron('@yearly').next(-Infinity)).toBe(at('1900-01-01T00:00:00Z'));
    expect(yearly.next(at('2498-12-31T23:00:00Z'))).toBe(at('2499-12-31T23:00:00Z'));
    expect(yearly.next(at('2499-12-31T23:00:00Z'))).toBeNull();
    // Liberia was 44 min 30 s behind UTC until 1972.
    expect(cron('@yearly', { timeZone: 'Africa/Monrovia' }).next(at('1970-06-01T00:00:00Z'))).toBe(
      at('1971-01-01T00:44:30Z'),
    );
    expect([yearly.next(Infinity), yearly.next(Number.NaN)]).toEqual([null, null]);
    expect(cron('0 0 31 12 *').next(at('2499-12-30T00:00:00Z'))).toBe(at('2499-12-31T00:00:00Z'));
  });

  it('gives up at once on a date that never comes, and soon on a time that is always in a gap', () => {
    const startedMs = performance.now();
    const never = cron('0 0 30 2 *', { timeZone: 'America/New_York' });
    for (let n = 0; n < 10_000; n++) expect(never.next(n)).toBeNull();
    // Clocks in New York go forward on the second Sunday of March at two.
    const inGap = cron('30 2 * 3 0#2', { timeZone: 'America/New_York', dstGap: 'skip' });
    expect(inGap.next(at('2030-01-01T00:00:00Z'))).toBeNull();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('moves a gap to its end by default, and runs once where the clock shows a time twice', () => {
    const schedule = cron('30 2 * * *', { timeZone: 'Europe/Berlin' });
    const spring = preview(schedule, 'Europe/Berlin', at('2026-03-28T12:00:00Z'), 2);
    expect(spring.map(({ local, dst }) => [local, dst])).toEqual([
      ['2026-03-29T03:00:00+02:00', 'gap_transition'],
      ['2026-03-30T02:30:00+02:00', null],
    ]);
    const autumn = preview(schedule, 'Europe/Berlin', at('2026-10-24T12:00:00Z'), 2);
    expect(autumn.map(({ local, dst }) => [local, dst])).toEqual([
      ['2026-10-25T02:30:00+02:00', 'overlap_first'],
      ['2026-10-26T02:30:00+01:00', null],
    ]);
  });

  it('lets a schedule of every hour follow elapsed time, whatever the policies', () => {
    const schedule = cron('*/15 * * * *', { timeZone: 'Europe/Berlin', dstGap: 'shift', dstOverlap: 'second' });
    for (const day of ['2026-03-29', '2026-10-25']) {
      const start = at(`${day}T00:00:00Z`) - 1;
      const found = preview(schedule, 'Europe/Berlin', start, 16).map(({ atMs }) => atMs);
      expect(found).toEqual(Array.from({ length: 16 }, (_, index) => start + 1 + index * 900_000));
    }
  });

  it('stays in step over many years of a zone with daylight saving time', () => {
    const zone = 'America/New_York';
    const found = preview(cron('0 9 * * *', { timeZone: zone }), zone, at('2020-01-01T00:00:00Z'), 10_000);
    expect(new Set(found.map(({ local }) => local.slice(11, 19)))).toEqual(new Set(['09:00:00']));
    expect(new Set(found.map(({ local }) => local.slice(0, 10))).size).toBe(10_000);
  });
});

describe('compileSchedule', () => {
  it.each<[string, ScheduleSpec, ScheduleOptions, string, string, string]>([
    [
      'a short interval',
      { kind: 'interval', everyMs: 999, anchorAtMs: 0 },
      UTC,
      '/everyMs',
      'interval_range',
      'everyMs: 999',
    ],
    ['a fraction', { kind: 'interval', everyMs: 1000.5, anchorAtMs: 0 }, UTC, '/everyMs', 'interval_range', '1000.5'],
    [
      'a long interval',
      { kind: 'interval', everyMs: 4e11, anchorAtMs: 0 },
      UTC,
      '/everyMs',
      'interval_range',
      '315576000000',
    ],
    [
      'a bad anchor',
      { kind: 'interval', everyMs: 1000, anchorAtMs: NaN },
      UTC,
      '/anchorAt',
      'instant_range',
      'anchorAt: NaN',
    ],
    ['a date past 9999', { kind: 'date', atMs: 3e14 }, UTC, '/at', 'instant_range', 'at: +011476-08-15'],
    ['a date before 1900', { kind: 'date', atMs: -3e12 }, UTC, '/at', 'instant_range', 'at: 1874-12-07'],
    ['a zone', { kind: 'date', atMs: 0 }, { timeZone: 'Nowhere' }, '/timeZone', 'unknown_zone', '"Nowhere"'],
    [
      'a bad start',
      { kind: 'date', atMs: 0 },
      { ...UTC, startAtMs: 1e300 },
      '/startAt',
      'instant_range',
      'startAt: 1e+300',
    ],
    [
      'an end',
      { kind: 'date', atMs: 0 },
      { ...UTC, startAtMs: 2, endAtMs: 1 },
      '/endAt',
      'end_before_start',
      'endAt: 1970',
    ],
  ])('refuses %s', (_name, spec, options, field, code, part) => {
    const fields = [{ field, code, message: expect.stringContaining(part) as string }];
    expect(() => compileSchedule(spec, options)).toThrow(expect.objectContaining({ code: 'invalid_input', fields }));
  });

  it('names every problem at once', () => {
    const fields = ['/timeZone', '/endAt', '/expression'].map((field) => expect.objectContaining({ field }) as unknown);
    expect(() =>
      compileSchedule({ kind: 'cron', expression: '61 * * * *' }, { timeZone: '+02:00', startAtMs: 5, endAtMs: 1 }),
    ).toThrow(expect.objectContaining({ fields }));
  });

  it('refuses policies it does not know', () => {
    const wrong = { ...UTC, dstGap: 'never', dstOverlap: 'thrice' } as unknown as ScheduleOptions;
    expect(() => compileSchedule({ kind: 'cron', expression: '@daily' }, wrong)).toThrow(
      'dstGap: "never" is not one of skip, run_at_transition, shift; dstOverlap: "thrice" is not one of first, second, both',
    );
  });
});

describe('preview', () => {
  it('writes local time with milliseconds and seconds of the offset only where there are some', () => {
    const date = (atMs: number) => compileSchedule({ kind: 'date', atMs }, UTC);
    expect(preview(date(1500), 'Africa/Monrovia', 0, 5)).toEqual([
      { atMs: 1500, local: '1969-12-31T23:15:31.500-00:44:30', dst: null, excludedBy: null },
    ]);
    expect(preview(date(1000), 'Asia/Kathmandu', 0, 5)[0]?.local).toBe('1970-01-01T05:30:01+05:30');
    expect(preview(date(1000), 'UTC', 0, 5)[0]?.local).toBe('1970-01-01T00:00:01+00:00');
    expect(preview(date(1000), 'UTC', 1000, 5)).toEqual([]);
  });
});

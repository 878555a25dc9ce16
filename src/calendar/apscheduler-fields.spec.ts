import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseApschedulerFields, type ApschedulerFields } from './apscheduler-fields.js';
import { DAY_MS } from './civil-date.js';
import { compileSchedule } from './schedule.js';

const START = Date.parse('2024-01-01T00:00:30Z');

function nextOf(fields: ApschedulerFields, count: number, afterMs = START): number[] {
  const schedule = compileSchedule({ kind: 'cron', fields }, { timeZone: 'UTC' });
  const found: number[] = [];
  while (found.length < count) {
    const next = schedule.next(found.at(-1) ?? afterMs);
    if (next === null) break;
    found.push(next);
  }
  return found;
}

const minute = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16);

// The contract of the ndscheduler API, section 1.6; made there with APScheduler 3 from Monday 2024-01-01 00:00:30 UTC.
describe('the vectors of the contract', () => {
  it.each<[ApschedulerFields, string[]]>([
    [{ minute: '*/7' }, ['2024-01-01T00:07', '2024-01-01T00:14', '2024-01-01T00:21', '2024-01-01T00:28']],
    [{ hour: '3' }, ['2024-01-01T03:00', '2024-01-02T03:00', '2024-01-03T03:00', '2024-01-04T03:00']],
    [{ day: '1' }, ['2024-02-01T00:00', '2024-03-01T00:00', '2024-04-01T00:00', '2024-05-01T00:00']],
    [{ month: '*/4' }, ['2024-05-01T00:00', '2024-09-01T00:00', '2025-01-01T00:00', '2025-05-01T00:00']],
    [{ day_of_week: '0' }, ['2024-01-08T00:00', '2024-01-15T00:00', '2024-01-22T00:00', '2024-01-29T00:00']],
    [{ day_of_week: '6' }, ['2024-01-07T00:00', '2024-01-14T00:00', '2024-01-21T00:00', '2024-01-28T00:00']],
    [{ day_of_week: 'sun' }, ['2024-01-07T00:00', '2024-01-14T00:00', '2024-01-21T00:00', '2024-01-28T00:00']],
    [{ day: 'last' }, ['2024-01-31T00:00', '2024-02-29T00:00', '2024-03-31T00:00', '2024-04-30T00:00']],
    [{ day: '2nd tue' }, ['2024-01-09T00:00', '2024-02-13T00:00', '2024-03-12T00:00', '2024-04-09T00:00']],
    [{ day: 'last fri' }, ['2024-01-26T00:00', '2024-02-23T00:00', '2024-03-29T00:00', '2024-04-26T00:00']],
    [{ day: '31' }, ['2024-01-31T00:00', '2024-03-31T00:00', '2024-05-31T00:00', '2024-07-31T00:00']],
    [{ day: '1st mon,15' }, ['2024-01-15T00:00', '2024-02-05T00:00', '2024-02-15T00:00', '2024-03-04T00:00']],
    [{ month: 'feb', day: '29' }, ['2024-02-29T00:00', '2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    [
      { day: '1', day_of_week: 'mon' },
      ['2024-04-01T00:00', '2024-07-01T00:00', '2025-09-01T00:00', '2025-12-01T00:00'],
    ],
    [{ minute: '5/10' }, ['2024-01-01T00:05', '2024-01-01T00:15', '2024-01-01T00:25', '2024-01-01T00:35']],
  ])('%j', (fields, expected) => {
    expect(nextOf(fields, 4).map(minute)).toEqual(expected);
  });

  it.each<[ApschedulerFields, string]>([
    [{ day_of_week: '7' }, 'day_of_week: 7 is outside 0-6'],
    [{ day_of_week: 'sun-tue' }, 'day_of_week: range "sun-tue" goes down; mon tue wed thu fri sat sun is the order'],
    [{ minute: '60' }, 'minute: 60 is outside 0-59'],
    [{ hour: '24' }, 'hour: 24 is outside 0-23'],
    [{ minute: '10-5' }, 'minute: range "10-5" goes down; the lower value comes first'],
    [{ minute: '*/0' }, 'minute: step 0 in "*/0" never moves on; the least is 1'],
    [{ minute: '*/61' }, 'minute: step 61 in "*/61" is larger than the range of 59'],
    [{ minute: '*/60' }, 'minute: step 60 in "*/60" is larger than the range of 59'],
    [{ minute: '10-20/11' }, 'minute: step 11 in "10-20/11" is larger than the range of 10'],
    [{ day: '?' }, 'day: "?" is not *, a number, a range (a-b), a step (*/n, a-b/n), "last", "2nd tue" or "last fri"'],
    [
      { day: 'xth mon' },
      'day: "xth mon" is not *, a number, a range (a-b), a step (*/n, a-b/n), "last", "2nd tue" or "last fri"',
    ],
    [{ day: '2nd foo' }, 'day: "foo" is not one of mon tue wed thu fri sat sun'],
    [{ day: '0' }, 'day: 0 is outside 1-31'],
    [{ month: '0' }, 'month: 0 is outside 1-12'],
    [{ month: 'foo' }, 'month: "foo" is not one of jan feb mar apr may jun jul aug sep oct nov dec'],
    [{ day: 'L' }, 'day: "L" is not *, a number, a range (a-b), a step (*/n, a-b/n), "last", "2nd tue" or "last fri"'],
    [
      { day: '15W' },
      'day: "15W" is not *, a number, a range (a-b), a step (*/n, a-b/n), "last", "2nd tue" or "last fri"',
    ],
    [
      { day_of_week: '5#2' },
      'day_of_week: "5#2" is not *, a number, a range (a-b), a step (*/n, a-b/n) or a name such as "mon"',
    ],
    [{ minute: '' }, 'minute: "" is not *, a number, a range (a-b), a step (*/n, a-b/n)'],
    [{ minute: '1,,2' }, 'minute: "" is not *, a number, a range (a-b), a step (*/n, a-b/n)'],
    [{ hour: 'last' }, 'hour: "last" is not *, a number, a range (a-b), a step (*/n, a-b/n)'],
    [{ week: '54' }, 'week: 54 is outside 1-53'],
  ])('%j is refused', (fields, message) => {
    const field = `/fields/${String(Object.keys(fields)[0])}`;
    const expected: unknown = expect.objectContaining({
      code: 'invalid_input',
      fields: [{ field, code: 'cron_field', message }],
    });
    expect(() => normaliseApschedulerFields(fields)).toThrow(expected);
    expect(() => compileSchedule({ kind: 'cron', fields }, { timeZone: 'UTC' })).toThrow(expected);
  });
});

describe('the echo', () => {
  const rest = { month: '*', day: '*', week: '*', day_of_week: '*', hour: '*', minute: '0' };
  it.each<[ApschedulerFields, Partial<ApschedulerFields>]>([
    [{ hour: '3' }, { hour: '3', minute: '0' }],
    [{ minute: '*/1' }, { minute: '*/1' }],
    [{ day_of_week: 'mon-fri/2' }, { day_of_week: 'mon-fri', hour: '0' }],
    [{ day_of_week: 'MON-Fri' }, { day_of_week: 'mon-fri', hour: '0' }],
    [{ day: '1, 2 ,3' }, { day: '1,2,3', hour: '0' }],
    [{ month: 'JAN-Mar' }, { month: 'jan-mar', day: '1', hour: '0' }],
    [{ month: '2' }, { month: '2', day: '1', hour: '0' }],
    [{ day: '2ND   Tue' }, { day: '2nd tue', hour: '0' }],
    [{ day: 'LAST' }, { day: 'last', hour: '0' }],
    [{ week: '10' }, { week: '10', hour: '0' }],
    [{ minute: '05' }, { minute: '5' }],
    [{ minute: '7-7' }, { minute: '7' }],
    [{ minute: '5/15' }, { minute: '5/15' }],
    [
      { month: 'feb', minute: '30' },
      { month: 'feb', minute: '30' },
    ],
  ])('of %j', (fields, expected) => {
    expect(normaliseApschedulerFields(fields)).toEqual({ ...rest, ...expected });
  });

  it('needs at least one field', () => {
    expect(() => normaliseApschedulerFields({})).toThrow('fields: none given');
  });

  it('runs mon-fri/2 on all five days, as the original does', () => {
    expect(nextOf({ day_of_week: 'mon-fri/2' }, 6)).toEqual(nextOf({ day_of_week: 'mon-fri' }, 6));
  });
});

describe('against a day by day search', () => {
  const SPAN = 6 * 366;

  /** ISO week by counting Thursdays from the start of the year: another way than the one under test. */
  function isoWeek(day: number): number {
    const thursday = new Date((day - ((new Date(day * DAY_MS).getUTCDay() + 6) % 7) + 3) * DAY_MS);
    let count = 0;
    for (
      let d = new Date(thursday);
      d.getUTCFullYear() === thursday.getUTCFullYear();
      d = new Date(d.getTime() - 7 * DAY_MS)
    ) {
      count++;
    }
    return count;
  }

  it('finds the days that satisfy month, day, week and weekday together', () => {
    const list = (min: number, max: number) => fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.option(list(1, 12), { nil: null }),
        fc.option(list(1, 31), { nil: null }),
        fc.option(list(1, 53), { nil: null }),
        fc.option(list(0, 6), { nil: null }),
        fc.integer({ min: 0, max: 60_000 }),
        (months, days, weeks, weekdays, startDay) => {
          let day = startDay + 1;
          for (; day < startDay + SPAN; day++) {
            const date = new Date(day * DAY_MS);
            if (
              (months?.includes(date.getUTCMonth() + 1) ?? true) &&
              (days?.includes(date.getUTCDate()) ?? true) &&
              (weekdays?.includes((date.getUTCDay() + 6) % 7) ?? true) &&
              (weeks?.includes(isoWeek(day)) ?? true)
            )
              break;
          }
          const text = (values: number[] | null): string => values?.join(',') ?? '*';
          const fields = {
            month: text(months),
            day: text(days),
            week: text(weeks),
            day_of_week: text(weekdays),
            hour: '0',
          };
          const [found = Infinity] = nextOf(fields, 1, startDay * DAY_MS);
          if (day < startDay + SPAN) expect(found / DAY_MS).toBe(day);
          else expect(found / DAY_MS).toBeGreaterThanOrEqual(day);
        },
      ),
      { seed: 16, numRuns: 150 },
    );
  });
});

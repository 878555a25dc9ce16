import { describe, expect, it } from 'vitest';
import { DomainError } from '../kernel/domain-error.js';
import { compileSchedule } from './schedule.js';

/** The next instants in UTC after the start of 2026 (a Thursday), as far as `length` characters of ISO 8601. */
function nextOf(expression: string, count: number, length = 16): string[] {
  const schedule = compileSchedule({ kind: 'cron', expression }, { timeZone: 'UTC' });
  const found: string[] = [];
  let after = Date.UTC(2026, 0, 1) - 1;
  for (let index = 0; index < count; index++) {
    const next = schedule.next(after);
    if (next === null) break;
    found.push(new Date(next).toISOString().slice(0, length));
    after = next;
  }
  return found;
}

function refusalOf(expression: string): DomainError {
  try {
    compileSchedule({ kind: 'cron', expression }, { timeZone: 'UTC' });
  } catch (error) {
    if (error instanceof DomainError) return error;
  }
  throw new Error(`${expression} was accepted`);
}

describe('a cron expression', () => {
  it.each([
    ['*/20 * * * *', ['2026-01-01T00:00', '2026-01-01T00:20', '2026-01-01T00:40', '2026-01-01T01:00']],
    ['5/25 3 * * *', ['2026-01-01T03:05', '2026-01-01T03:30', '2026-01-01T03:55', '2026-01-02T03:05']],
    ['10-40/15 0 1 1 *', ['2026-01-01T00:10', '2026-01-01T00:25', '2026-01-01T00:40', '2027-01-01T00:10']],
    ['  0   12 *  * ? ', ['2026-01-01T12:00', '2026-01-02T12:00']],
    ['0 0 ? * MON', ['2026-01-05T00:00', '2026-01-12T00:00']],
    ['0 0 1 jan,JUL *', ['2026-01-01T00:00', '2026-07-01T00:00', '2027-01-01T00:00']],
    ['0 0 1 nov-feb *', ['2026-01-01T00:00', '2026-02-01T00:00', '2026-11-01T00:00', '2026-12-01T00:00']],
    ['0 0 * * 0', ['2026-01-04T00:00', '2026-01-11T00:00']],
    ['0 0 * * 7', ['2026-01-04T00:00', '2026-01-11T00:00']],
    ['0 0 * * 5-7', ['2026-01-02T00:00', '2026-01-03T00:00', '2026-01-04T00:00', '2026-01-09T00:00']],
    [
      '0 0 * * fri-mon',
      ['2026-01-02T00:00', '2026-01-03T00:00', '2026-01-04T00:00', '2026-01-05T00:00', '2026-01-09T00:00'],
    ],
    ['0 0 * * fri-mon/2', ['2026-01-02T00:00', '2026-01-04T00:00', '2026-01-09T00:00']],
    ['0 0 * * 7-2', ['2026-01-04T00:00', '2026-01-05T00:00', '2026-01-06T00:00', '2026-01-11T00:00']],
    ['0 0 * * 3/2', ['2026-01-02T00:00', '2026-01-07T00:00', '2026-01-09T00:00']],
    ['0 0 L * *', ['2026-01-31T00:00', '2026-02-28T00:00', '2026-03-31T00:00']],
    ['0 0 l-3 * *', ['2026-01-28T00:00', '2026-02-25T00:00']],
    ['0 0 L-30 * *', ['2026-01-01T00:00', '2026-03-01T00:00', '2026-05-01T00:00']],
    ['0 0 1,L 2 *', ['2026-02-01T00:00', '2026-02-28T00:00', '2027-02-01T00:00']],
    [
      '0 0 LW * *',
      ['2026-01-30T00:00', '2026-02-27T00:00', '2026-03-31T00:00', '2026-04-30T00:00', '2026-05-29T00:00'],
    ],
    ['0 0 15W * *', ['2026-01-15T00:00', '2026-02-16T00:00', '2026-03-16T00:00']],
    // 1 August 2026 is a Saturday, 31 May a Sunday: the nearest weekday stays within the month.
    ['0 0 1W 8 *', ['2026-08-03T00:00']],
    ['0 0 31W 5,6 *', ['2026-05-29T00:00', '2027-05-31T00:00']],
    ['0 0 * * 5L', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['0 0 * * friL', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['0 0 * * 7L', ['2026-01-25T00:00', '2026-02-22T00:00']],
    ['0 0 * * 5#2', ['2026-01-09T00:00', '2026-02-13T00:00']],
    ['0 0 * * sun#5', ['2026-03-29T00:00', '2026-05-31T00:00']],
    ['0 0 * * mon#1,5L', ['2026-01-05T00:00', '2026-01-30T00:00', '2026-02-02T00:00']],
    // Vixie: with both day fields restricted either is enough; one that starts with a star restricts nothing by itself.
    ['0 0 13 * 5', ['2026-01-02T00:00', '2026-01-09T00:00', '2026-01-13T00:00', '2026-01-16T00:00']],
    ['0 0 */2 * 5', ['2026-01-09T00:00', '2026-01-23T00:00', '2026-02-13T00:00']],
    ['@yearly', ['2026-01-01T00:00', '2027-01-01T00:00']],
    ['@ANNUALLY', ['2026-01-01T00:00', '2027-01-01T00:00']],
    ['@monthly', ['2026-01-01T00:00', '2026-02-01T00:00']],
    ['@weekly', ['2026-01-04T00:00', '2026-01-11T00:00']],
    ['@daily', ['2026-01-01T00:00', '2026-01-02T00:00']],
    ['@midnight', ['2026-01-01T00:00', '2026-01-02T00:00']],
    [' @hourly ', ['2026-01-01T00:00', '2026-01-01T01:00']],
  ])('%s', (expression, expected) => {
    expect(nextOf(expression, expected.length)).toEqual(expected);
  });

  it.each([
    ['*/20 * * * * *', ['00:00:00', '00:00:20', '00:00:40', '00:01:00']],
    ['15 30 8 * * *', ['08:30:15', '08:30:15']],
  ])('with seconds first: %s', (expression, expected) => {
    expect(nextOf(expression, expected.length, 19).map((text) => text.slice(11))).toEqual(expected);
  });

  it('runs on 29 February in leap years only, also round the year 2100 that is none', () => {
    expect(nextOf('0 0 29 2 *', 20, 4)).toEqual(
      [...Array(18).keys()].map((index) => String(2028 + 4 * index)).concat('2104', '2108'),
    );
  });

  it('finds the rarest date there is: a fifth Saturday in February, up to 40 years apart', () => {
    expect(nextOf('0 0 * 2 6#5', 4, 10)).toEqual(['2048-02-29', '2076-02-29', '2116-02-29', '2144-02-29']);
  });

  it.each(['0 0 30 2 *', '0 0 31 4,6,9,11 *', '0 0 L-30 2,4 *', '0 0 30W 2 ?'])(
    '%s never has an instant',
    (expression) => {
      expect(nextOf(expression, 1)).toEqual([]);
    },
  );

  it.each([
    ['61 * * * *', 'minute: 61 is outside 0-59'],
    ['* 24 * * *', 'hour: 24 is outside 0-23'],
    ['* * 0 * *', 'day of month: 0 is outside 1-31'],
    ['* * 32 * *', 'day of month: 32 is outside 1-31'],
    ['* * * 13 *', 'month: 13 is outside 1-12'],
    ['* * * 0 *', 'month: 0 is outside 1-12'],
    ['* * * * 8', 'day of week: 8 is outside 0-7'],
    ['60 * * * * *', 'second: 60 is outside 0-59'],
    ['* * * foo *', 'month: "foo" is not a value; 1-12 and jan-dec are'],
    ['* * * * mo', 'day of week: "mo" is not a value; 0-7 and sun-sat are'],
    ['a * * * *', 'minute: "a" is not a value; 0-59 are'],
    ['1,,2 * * * *', 'minute: "1,,2" has an empty part'],
    [', * * * *', 'minute: "," has an empty part'],
    ['*/0 * * * *', 'minute: step 0 in "*/0" is outside 1-60'],
    ['*/61 * * * *', 'minute: step 61 in "*/61" is outside 1-60'],
    ['*/x * * * *', 'minute: step x in "*/x" is outside 1-60'],
    ['* 22-6 * * *', 'hour: range "22-6" goes down; write 22-23,0-6 for a range round the end'],
    ['50-10 * * * *', 'minute: range "50-10" goes down; write 50-59,0-10 for a range round the end'],
    ['1-2-3 * * * *', 'minute: "1-2-3" is not a value, a range (a-b), a step (a-b/n, */n) or *'],
    ['-5 * * * *', 'minute: "-5" is not a value, a range (a-b), a step (a-b/n, */n) or *'],
    ['1.5 * * * *', 'minute: "1.5" is not a value, a range (a-b), a step (a-b/n, */n) or *'],
    ['? * * * *', 'minute: "?" is not a value, a range (a-b), a step (a-b/n, */n) or *'],
    ['L * * * *', 'minute: "L" is not a value; 0-59 are'],
    ['* * L-31 * *', 'day of month: 31 in "L-31" is outside 1-30'],
    ['* * L-0 * *', 'day of month: 0 in "L-0" is outside 1-30'],
    ['* * 32W * *', 'day of month: 32 is outside 1-31'],
    ['* * * * L', 'day of week: "L" needs a weekday in front, such as 5L for the last Friday'],
    ['* * * * 5#6', 'day of week: 6 in "5#6" is outside 1-5'],
    ['* * * * 5#0', 'day of week: 0 in "5#0" is outside 1-5'],
    ['* * * * 9L', 'day of week: 9 is outside 0-7'],
    ['* * * * 5#', 'day of week: "5#" is not a value, a range (a-b), a step (a-b/n, */n) or *'],
    [`${'9'.repeat(400)} * * * *`, `minute: ${'9'.repeat(400)} is outside 0-59`],
  ])('%s is refused', (expression, message) => {
    const refusal = refusalOf(expression);
    expect(refusal.message).toBe(message);
    expect(refusal.fields).toEqual([{ field: '/expression', code: 'cron_field', message }]);
  });

  it('names every bad field at once', () => {
    expect(refusalOf('61 25 * * 9').fields.map(({ message }) => message)).toEqual([
      'minute: 61 is outside 0-59',
      'hour: 25 is outside 0-23',
      'day of week: 9 is outside 0-7',
    ]);
  });

  it.each([
    ['', 'cron_field_count', '0 fields instead of 5'],
    ['   ', 'cron_field_count', '0 fields instead of 5'],
    ['* * * *', 'cron_field_count', '4 fields instead of 5'],
    ['0 0 0 1 1 ? 2026', 'cron_field_count', '7 fields instead of 5'],
    ['1, 2 * * * * *', 'cron_field_count', '7 fields instead of 5'],
    ['@reboot', 'cron_macro', 'start-up runs are not a schedule'],
    ['@every 5m', 'cron_macro', 'use a trigger of kind interval'],
    ['@fortnightly', 'cron_macro', 'is not one of @yearly @annually @monthly'],
    ['1,'.repeat(600), 'cron_length', '1200 characters are more than 1000'],
  ])('%s is refused with %s', (expression, code, part) => {
    const refusal = refusalOf(expression);
    expect(refusal.fields.map((field) => field.code)).toEqual([code]);
    expect(refusal.message).toContain(part);
  });
});

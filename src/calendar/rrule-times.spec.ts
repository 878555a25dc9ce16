import { describe, expect, it } from 'vitest';
import type { DomainError } from '../kernel/domain-error.js';
import { preview } from './preview.js';
import { compileSchedule, type ScheduleOptions } from './schedule.js';

function first(lines: string, count: number, options: Partial<ScheduleOptions> = {}): string[] {
  const all = { timeZone: 'Europe/Berlin', ...options };
  const schedule = compileSchedule({ kind: 'rrule', text: lines }, all);
  return preview(schedule, all.timeZone, Date.UTC(2000, 0, 1), count).map(
    ({ local, dst }) => `${local.slice(0, 16)}${dst ? ` ${dst}` : ''}`,
  );
}
function refusal(lines: string): string {
  try {
    first(lines, 1);
    return 'accepted';
  } catch (error) {
    return (error as DomainError).fields[0]?.code ?? String(error);
  }
}

describe('the times of a recurrence', () => {
  it('are one set of several rules and dates, without the excluded ones', () => {
    const lines = [
      'DTSTART:20260105T090000',
      'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3',
      'RRULE:FREQ=DAILY;COUNT=2',
      'RDATE:20260107T090000,20260106T090000',
      'RDATE:20260108T110000Z',
      'EXDATE:20260112T090000',
    ];
    expect(first(lines.join('\r\n'), 20)).toEqual(
      ['05T09', '06T09', '07T09', '08T12', '19T09'].map((time) => `2026-01-${time}:00`),
    );
  });

  it('go through gaps and overlaps by the same policies as cron', () => {
    const daily = 'DTSTART:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3';
    expect(first(daily, 9)).toEqual(['2026-03-28T02:30', '2026-03-29T03:00 gap_transition', '2026-03-30T02:30']);
    expect(first(daily, 9, { dstGap: 'shift' })[1]).toBe('2026-03-29T03:30 gap_shifted');
    expect(first(daily, 9, { dstGap: 'skip' })).toEqual(['2026-03-28T02:30', '2026-03-30T02:30']);
    const autumn = 'DTSTART:20261025T023000\nRRULE:FREQ=DAILY;COUNT=1';
    expect(first(autumn, 9, { dstOverlap: 'both' })).toEqual([
      '2026-10-25T02:30 overlap_first',
      '2026-10-25T02:30 overlap_second',
    ]);
    const quarters = 'DTSTART:20260329T013000\nRRULE:FREQ=MINUTELY;INTERVAL=15';
    expect(first(quarters, 4)).toEqual(['01:30', '01:45', '03:00', '03:15'].map((time) => `2026-03-29T${time}`));
  });

  it('end with COUNT, also when it takes long to get there, and with UNTIL in UTC, on the wall clock or as a date', () => {
    const sparse =
      'DTSTART:20251231T093000\nRRULE:FREQ=DAILY;INTERVAL=2;BYMONTH=6,10;BYMONTHDAY=17;BYDAY=TH,WE;COUNT=3';
    expect(first(sparse, 9)).toHaveLength(3);
    expect(refusal(sparse.replace('COUNT=3', 'COUNT=5000'))).toBe('count_too_far');
    for (const until of ['20260602T070000Z', '20260602T090000', '20260602'])
      expect(first(`DTSTART:20260601T090000\nRRULE:FREQ=DAILY;UNTIL=${until}`, 9)).toHaveLength(2);
  });

  it('take from DTSTART what a rule leaves open', () => {
    expect(first('DTSTART:20260106T093000\nRRULE:FREQ=YEARLY;BYWEEKNO=10', 2)).toEqual([
      '2026-03-03T09:30',
      '2027-03-09T09:30',
    ]);
  });

  it.each([
    ['DTSTART:20260101T000000\nRRULE:FREQ=YEARLY;BYYEARDAY=1;BYDAY=MO', 'combination'],
    ['DTSTART:20260101T000000\nRRULE:FREQ=YEARLY;BYMONTHDAY=4;BYDAY=1TU', 'combination'],
    ['DTSTART:20260101T000000\nRRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101', 'until_and_count'],
    ['DTSTART:20260101T000000\nRRULE:INTERVAL=2', 'freq'],
    ['DTSTART:20260101T000000\nRRULE:FREQ=DAILY;INTERVAL=0', 'rule_part'],
    ['DTSTART:20260101T000000\nRRULE:FREQ=DAILY;BYEASTER=1', 'rule_part'],
    ['DTSTART:20260101T000000\nDTSTART:20260101T000000', 'two_starts'],
    ['DTSTART;TZID=Asia/Tokyo:20260101T000000\nRRULE:FREQ=DAILY', 'two_zones'],
    ['DTSTART;TZID=Nowhere/At:20260101T000000\nRRULE:FREQ=DAILY', 'unknown_zone'],
    ['DTSTART:20260101T000000\nEXRULE:FREQ=DAILY', 'property'],
    ['DTSTART:20260101T000000\nhello', 'syntax'],
    ['DTSTART:20260101T250000\nRRULE:FREQ=DAILY', 'date_time'],
    [`DTSTART:20260101T000000\nRDATE:${Array(1001).fill('20270101').join(',')}`, 'too_many'],
  ])('refuse %j as %s', (lines, code) => {
    expect(refusal(lines)).toBe(code);
  });
});

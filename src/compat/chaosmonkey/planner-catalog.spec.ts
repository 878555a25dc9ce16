import { describe, expect, it } from 'vitest';
import { PLANNERS, type PlanningMoment } from './planner-catalog.js';

/** 2027-06-30T22:30Z is 00:30 of 1 July in Madrid. */
const moment = (random: () => number): PlanningMoment => ({
  nowMs: Date.parse('2027-06-30T22:30:00Z'),
  timeZone: 'Europe/Madrid',
  random,
});
const plan = (ref: string, args: unknown, random = (): number => 0) => {
  const planner = PLANNERS.find((one) => one.ref.startsWith(ref));
  if (!planner) throw new Error(`no planner ${ref}`);
  return planner
    .plan(args, moment(random))
    .map(({ wallMs, suffix }) => [new Date(wallMs).toISOString().slice(0, -1), suffix]);
};

describe('exact_planner:ExactPlanner', () => {
  it('keeps the wall clock and drops the offset', () => {
    expect(plan('exact', { date: '2027-10-23T19:19:30+05:00' })).toEqual([['2027-10-23T19:19:30.000', '']]);
  });

  it.each([
    [{}, "invalid payload 'date' is a required property"],
    [{ date: 5 }, "invalid payload 5 is not of type 'string'"],
    [{ date: 'soon' }, 'Invalid date format'],
    [{ date: '2027-02-30' }, 'Invalid date format'],
  ])('refuses %j', (args, message) => expect(() => plan('exact', args)).toThrow(message));
});

describe('simple_planner:SimplePlanner', () => {
  const window = { min_time: '10:00', max_time: '15:00', times: 4 };

  it('plans one instant in each part of the window of today, by the clock of the zone', () => {
    expect(plan('simple', window)).toEqual([
      ['2027-07-01T10:00:00.000', '-1'],
      ['2027-07-01T11:15:00.000', '-2'],
      ['2027-07-01T12:30:00.000', '-3'],
      ['2027-07-01T13:45:00.000', '-4'],
    ]);
    let seed = 1;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 50; round++) {
      plan('simple', window, random).forEach(([at = ''], part) => {
        const minutes = (Date.parse(`${at}Z`) - Date.parse('2027-07-01T10:00Z')) / 60_000;
        expect(minutes >= part * 75 && minutes <= (part + 1) * 75).toBe(true);
      });
    }
  });

  it('takes short forms and backwards windows as the original does', () => {
    expect(plan('simple', { min_time: '9:5', max_time: '9:05', times: 1 })).toEqual([
      ['2027-07-01T09:05:00.000', '-1'],
    ]);
    expect(plan('simple', { min_time: '12:00', max_time: '10:00', times: 2 }, () => 0.5)).toEqual([
      ['2027-07-01T11:30:00.000', '-1'],
      ['2027-07-01T10:30:00.000', '-2'],
    ]);
  });

  it.each([
    [{}, "invalid payload 'min_time' is a required property"],
    [{ min_time: '10:00', max_time: '15:00' }, "invalid payload 'times' is a required property"],
    [{ ...window, times: '4' }, "invalid payload '4' is not of type 'number'"],
    [{ ...window, times: 0 }, 'invalid payload times 0 is not a whole number from 1 to 1000'],
    [{ ...window, times: -2 }, 'invalid payload times -2 is not a whole number'],
    [{ ...window, times: 1.5 }, 'invalid payload times 1.5 is not a whole number'],
    [{ ...window, times: 1e9 }, 'invalid payload times 1000000000 is not a whole number'],
    [{ ...window, min_time: '24:00' }, "invalid payload time data '24:00' does not match format '%H:%M'"],
    [{ ...window, max_time: '10:00:00' }, "time data '10:00:00' does not match"],
    [{ ...window, max_time: '' }, "time data '' does not match"],
  ])('refuses %j', (args, message) => expect(() => plan('simple', args)).toThrow(message));
});

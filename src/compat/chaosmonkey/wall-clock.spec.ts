import { describe, expect, it } from 'vitest';
import { databaseFormat, instantOfWall, oddFormat, wallClock, zoneOfOffset } from './wall-clock.js';

const utc = (text: string): number => Date.parse(`${text}Z`);

describe('instantOfWall', () => {
  it.each([
    ['2027-01-15T12:00', 'Europe/Madrid', '2027-01-15T11:00'],
    ['2027-07-15T12:00', 'Europe/Madrid', '2027-07-15T10:00'],
    // 28 March 2027, 02:00 to 03:00 is skipped; pytz: tz.localize(datetime(2027, 3, 28, 2, 30)) is 02:30+01:00.
    ['2027-03-28T02:30', 'Europe/Madrid', '2027-03-28T01:30'],
    // 31 October 2027, 02:00 to 03:00 comes twice; pytz: 02:30+01:00.
    ['2027-10-31T02:30', 'Europe/Madrid', '2027-10-31T01:30'],
    ['2027-10-31T01:59', 'Europe/Madrid', '2027-10-30T23:59'],
    ['2027-10-31T03:00', 'Europe/Madrid', '2027-10-31T02:00'],
    ['2027-11-07T01:30', 'America/New_York', '2027-11-07T06:30'],
    ['2027-10-23T19:19', 'UTC', '2027-10-23T19:19'],
  ])('%s in %s is %s UTC', (wall, zone, instant) => expect(instantOfWall(utc(wall), zone)).toBe(utc(instant)));
});

describe('zoneOfOffset', () => {
  it.each([
    [0, 'UTC'],
    [2, 'Etc/GMT-2'],
    [-5, 'Etc/GMT+5'],
    [5.5, 'Asia/Kolkata'],
    [-9.5, 'Pacific/Marquesas'],
    [1.25, 'UTC'],
    [23, 'UTC'],
  ])('%d hours ahead is %s', (hours, zone) =>
    expect(zoneOfOffset(hours * 3_600_000, utc('2027-01-01T00:00'))).toBe(zone),
  );
});

describe('the formats', () => {
  it('print the epoch in the place of the seconds', () => {
    expect(oddFormat(utc('2027-10-23T19:19:30'))).toBe('2027-10-23T19:19:1824319170'); // contract, 2.2
    expect(oddFormat(wallClock(utc('2026-12-21T22:03'), 'Europe/Madrid'))).toBe('2026-12-21T23:03:1797894180');
  });
  it('print microseconds', () =>
    expect(databaseFormat(utc('2027-10-23T19:19:30.25'))).toBe('2027-10-23 19:19:30.250000'));
});

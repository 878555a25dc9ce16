import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArrowDate } from './arrow-date.js';

/** `<wall clock as ISO> <offset in minutes>`, or null. */
function shown(text: string): string | null {
  const date = readArrowDate(text);
  return date && `${new Date(date.wallMs).toISOString().slice(0, -1)} ${date.offsetMs / 60_000}`;
}

describe('readArrowDate', () => {
  // contracts/chaosmonkey-executors.md 2.3, "Dates accepted"
  it.each([
    ['2027-10-23T19:19', '2027-10-23T19:19:00.000 0'],
    ['2027-10-23T19:19:30', '2027-10-23T19:19:30.000 0'],
    ['2027-10-23T19:19:30.25', '2027-10-23T19:19:30.250 0'],
    ['2027-10-23T19:19:30,123456789', '2027-10-23T19:19:30.123 0'],
    ['2027-10-23T19:19:30Z', '2027-10-23T19:19:30.000 0'],
    ['2027-10-23T19:19:30.5Z', '2027-10-23T19:19:30.500 0'],
    ['2027-10-23T19:19+02:00', '2027-10-23T19:19:00.000 120'],
    ['2027-10-23T19:19:30+0530', '2027-10-23T19:19:30.000 330'],
    ['2027-10-23T19:19:30.5-05:00', '2027-10-23T19:19:30.500 -300'],
    ['2027-10-23T19:19+02', '2027-10-23T19:19:00.000 120'],
    ['2027-10-23 19:19', '2027-10-23T19:19:00.000 0'],
    ['2027-10-23 19:19:30', '2027-10-23T19:19:30.000 0'],
    ['2027-10-23', '2027-10-23T00:00:00.000 0'],
    ['2027/10/23', '2027-10-23T00:00:00.000 0'],
    ['2027.10.23', '2027-10-23T00:00:00.000 0'],
    ['2027-10', '2027-10-01T00:00:00.000 0'],
    ['1824319170', '2027-10-23T19:19:30.000 0'],
    ['1824319170.25', '2027-10-23T19:19:30.250 0'],
    ['2027', '1970-01-01T00:33:47.000 0'],
    ['2027-10-23T19:19:1824491958', '2027-10-23T19:19:18.000 0'],
    ['23-10-2027', '2027-01-01T00:00:00.000 0'],
    ['10/23/2027', '2027-01-01T00:00:00.000 0'],
    ['2027-W10-1', '2027-01-01T00:00:00.000 0'],
    [' 2027-10-23 ', '2027-10-23T00:00:00.000 0'],
    ['on 2027-10-23T19:19', null],
  ])('%s is %s', (text, expected) => expect(shown(text)).toBe(expected));

  it.each([
    ...['invaliddate', '', '   ', '2027-10-23T19', '20271023T191900', 'now', 'Europe/Madrid', 'UTC'],
    ...['2027-10-23T19:19 Europe/Madrid', '2027-10-23T19:19 UTC'],
    // What makes the original crash.
    ...['2027-13-01T00:00', '2027-02-30', '2027-10-23T25:00', '2027-10-23T19:60', '2027-00-01', '0000-01-01'],
    ...['2027-10-23T19:19:1824491958+0200', '2027-10-23T19:19:30+24:00', '1e300', 'nan', 'inf', '-inf'],
    // What cannot be scheduled here.
    ...['1899-12-31', '9999-12-31T23:59-01:00', '99999999999999'],
  ])('refuses %j', (text) => expect(readArrowDate(text)).toBeNull());

  it('answers every text with a date that can be scheduled or with null', () => {
    const piece = fc.constantFrom(
      '2027',
      '-',
      '10',
      '23',
      'T',
      ' ',
      ':',
      '19',
      '+',
      '02',
      '.',
      ',',
      '/',
      'Z',
      'e',
      '٣',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const date = readArrowDate(given);
        if (date === null) return;
        expect(Number.isSafeInteger(date.wallMs) && Math.abs(date.offsetMs) < 86_400_000).toBe(true);
      }),
    );
  });
});

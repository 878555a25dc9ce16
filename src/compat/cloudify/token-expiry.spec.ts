import { describe, expect, it } from 'vitest';
import { readExpiry } from './token-expiry.js';

const NOW = new Date('2026-01-31T12:00:00Z');

describe('the end of a token', () => {
  it.each([
    ['2030-01-01 08:00', '2030-01-01T08:00:00.000Z'],
    ['2030-01-01T08:00:30', '2030-01-01T08:00:30.000Z'],
    ['2030-01-01T00:00:00Z', '2030-01-01T00:00:00.000Z'],
    ['2030-01-01 00:00:00.250000+0100', '2029-12-31T23:00:00.250Z'],
    ['+10h', '2026-01-31T22:00:00.000Z'],
    ['+30 minutes', '2026-01-31T12:30:00.000Z'],
    ['+1 day', '2026-02-01T12:00:00.000Z'],
    ['+2 weeks', '2026-02-14T12:00:00.000Z'],
    ['+1day+10min', '2026-02-01T12:10:00.000Z'],
    ['+1mo', '2026-02-28T12:00:00.000Z'],
    ['+1 year', '2027-01-31T12:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(readExpiry(text, NOW)?.toISOString()).toBe(instant);
  });

  it.each([
    '',
    'tomorrow',
    '2030-01-01',
    '2030-02-30T00:00:00Z?',
    '+10',
    '+10 parsecs',
    '10h',
    '+999999y',
    '+1h and more',
  ])('%j is none', (text) => {
    expect(readExpiry(text, NOW)).toBeNull();
  });
});

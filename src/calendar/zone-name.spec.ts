import { describe, expect, it } from 'vitest';
import { isKnownZone, normaliseZone } from './zone-name.js';

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['utc', 'UTC'],
    ['UTC', 'UTC'],
    ['US/Eastern', 'US/Eastern'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['Etc/GMT+3', 'Etc/GMT+3'],
    ['GMT', 'GMT'],
    ['EST5EDT', 'EST5EDT'],
  ])('%s is stored as %s', (written, stored) => {
    expect(normaliseZone(written)).toBe(stored);
    expect(isKnownZone(written)).toBe(true);
  });

  it.each([
    '',
    ' UTC',
    'Mars/Olympus',
    'GMT+2',
    'BST',
    'ist',
    'SystemV/PST8',
    'Europe/Berlin\u0000',
    'x'.repeat(100_000),
  ])('%j is refused as unknown', (written) => {
    const code = 'unknown_zone';
    const fields = [expect.objectContaining({ field: '/timeZone', code })];
    expect(() => normaliseZone(written)).toThrow(expect.objectContaining({ code: 'invalid_input', fields }));
    expect(isKnownZone(written)).toBe(false);
  });

  it.each(['+02:00', '-0330', '+2', '02:00'])('%s is refused with the way to write an offset', (written) => {
    expect(() => normaliseZone(written)).toThrow(
      `timeZone: "${written}" is an offset, not a zone; give an IANA name such as "Europe/Berlin", or "Etc/GMT-2" for two hours ahead of UTC`,
    );
    expect(isKnownZone(written)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { placeOf, subjectsOf } from './sign-in-throttle.service.js';

describe('placeOf', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2'],
    ['not an address', 'not an address'],
  ])('%s is %s', (address, place) => expect(placeOf(address)).toBe(place));
});

describe('subjectsOf', () => {
  it('is the same for any case of the name and for addresses of one place, and hides the name', () => {
    const one = subjectsOf('Mara', '2001:db8::1');
    expect(subjectsOf('mara', '2001:db8::2')).toEqual(one);
    expect(Object.values(one).every((digest) => /^[0-9a-f]{64}$/.test(digest))).toBe(true);
    expect(new Set(Object.values(one)).size).toBe(3);
  });
});

import { expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.js';

it('is the same for equal bodies in another order of keys, and only for them', () => {
  const one = fingerprintOf({ a: 1, b: [1, { c: null, d: 'x' }] });
  expect(fingerprintOf({ b: [1, { d: 'x', c: null }], a: 1 })).toBe(one);
  const others = [
    undefined,
    null,
    {},
    [],
    '',
    { a: 1, b: [{ c: null, d: 'x' }, 1] },
    { a: '1', b: [1, { c: null, d: 'x' }] },
  ].map(fingerprintOf);
  expect(new Set([one, ...others]).size).toBe(others.length + 1);
});

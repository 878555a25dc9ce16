import { expect, it } from 'vitest';
import { differences } from './json-difference.js';

it('lists what was added, removed and changed, by place', () => {
  const old = { paths: { '/a': { get: { x: 1 } }, '/b': {} }, list: [1, 2], same: { deep: [null] } };
  const now = { paths: { '/a': { get: { x: 2 } }, '/c': {} }, list: [1, 2, 3], same: { deep: [null] } };
  expect(differences(old, now)).toEqual(['+ /list/2', '~ /paths/~1a/get/x: 1 -> 2', '- /paths/~1b', '+ /paths/~1c']);
  expect(differences(old, old)).toEqual([]);
});

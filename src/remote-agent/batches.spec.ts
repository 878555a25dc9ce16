import { expect, it } from 'vitest';
import { batches } from './batches.js';

it('keeps the order, the count and the size of each part', () => {
  const items = Array.from({ length: 25 }, (_, i) => `${i}`.padEnd(100, 'x'));
  const parts = batches(items, 10, 1_200);
  expect(parts.flat()).toEqual(items);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(10);
  expect(Math.max(...parts.map((part) => JSON.stringify(part).length))).toBeLessThanOrEqual(1_200);
});

it('sends what is too large alone by itself', () => {
  expect(batches(['a', 'b'.repeat(5_000), 'c'], 10, 1_000)).toEqual([['a'], ['b'.repeat(5_000)], ['c']]);
});

it('makes nothing of nothing', () => {
  expect(batches([], 10, 1_000)).toEqual([]);
});

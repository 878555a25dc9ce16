import { describe, expect, it } from 'vitest';
import { nextBatchSize } from './batch-size.js';

describe('the size of the next batch', () => {
  it.each([
    ['grows at most twofold', 500, 1, 1_000],
    ['stays where it fits', 400, 100, 400],
    ['shrinks to what fits', 1_000, 500, 200],
    ['is never too small to get on', 20, 60_000, 10],
    ['has an upper bound', 2_000, 1, 2_000],
  ])('%s', (_rule, size, tookMs, wanted) => expect(nextBatchSize(size, tookMs)).toBe(wanted));
});

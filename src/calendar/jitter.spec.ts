import { describe, expect, it } from 'vitest';
import { jitterMs } from './jitter.js';

const TRIGGER = '018f3c5e-8a1b-7c3d-9e4f-0123456789ab';

describe('jitterMs', () => {
  it('gives the same trigger and instant the same delay on every replica and in every version', () => {
    const delays = [0, 1, 2].map((n) => jitterMs(TRIGGER, 1_800_000_000_000 + n * 60_000, 60_000));
    // Pinned: replicas of two versions run side by side during an upgrade.
    expect(delays).toEqual([14_503, 27_241, 41_548]);
  });

  it('differs between triggers and between instants', () => {
    const delays = new Set<number>();
    for (let n = 0; n < 50; n++) {
      delays.add(jitterMs(`${TRIGGER}${String(n)}`, 0, 1e9));
      delays.add(jitterMs(TRIGGER, n * 60_000, 1e9));
    }
    expect(delays.size).toBeGreaterThanOrEqual(99);
  });

  it('spreads evenly from 0 to the maximum, both included', () => {
    const counts = new Array<number>(10).fill(0);
    for (let n = 0; n < 10_000; n++) counts[jitterMs(TRIGGER, n * 1000, 9)]!++;
    // Each count is about 1000 with a standard deviation of 30; five of those are never seen by chance.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it.each([0, -5, 0.5, Number.NaN])('is none for a maximum of %d', (max) => {
    expect(jitterMs(TRIGGER, 0, max)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { ClaimSize } from './claim-size.js';

/** A worker that ended `perMs` runs each millisecond for half a second; answers the time. */
function busy(size: ClaimSize, perMs: number): number {
  let nowMs = 1_000;
  for (; nowMs < 1_500; nowMs++) size.ended(perMs, nowMs);
  return nowMs;
}

describe('the size of a claim', () => {
  it('is the free slots as long as nothing is known of the pace', () => {
    expect(new ClaimSize().next(4, 0, 1_000)).toBe(4);
    expect(new ClaimSize().next(4, 1, 1_000)).toBe(3);
    expect(new ClaimSize().next(0, 0, 1_000)).toBe(0);
  });

  it('grows by what will have ended soon, less what waits already', () => {
    const size = new ClaimSize();
    const nowMs = busy(size, 1);
    expect(size.next(4, 0, nowMs)).toBe(44);
    expect(size.next(0, 15, nowMs)).toBe(25);
    expect(size.next(4, 100, nowMs)).toBe(0);
  });

  it('is nothing as long as half of what is wanted waits', () => {
    const size = new ClaimSize();
    const nowMs = busy(size, 1);
    expect(size.next(0, 21, nowMs)).toBe(0);
    expect(size.next(0, 20, nowMs)).toBe(20);
  });

  it('is large at once when the first runs after a pause are very short', () => {
    const size = new ClaimSize();
    size.started(1_000);
    size.ended(16, 1_001);
    expect(size.next(16, 0, 1_001)).toBe(144);
    size.ended(144, 1_010);
    expect(size.next(16, 0, 1_010)).toBe(500);
  });

  it('is not larger because runs that took long end together', () => {
    const size = new ClaimSize();
    for (let nowMs = 1_000; nowMs < 3_000; nowMs += 100) {
      size.started(nowMs);
      size.ended(16, nowMs + 99);
      expect(size.next(16, 0, nowMs + 99)).toBeLessThanOrEqual(16 + 13);
    }
  });

  it('beside another one is what that leaves free, or one run for each slot when runs are short', () => {
    const size = new ClaimSize();
    expect(size.beside(6, 16, 6, 1_000)).toBe(0);
    expect(size.beside(2, 16, 6, 1_000)).toBe(4);
    expect(size.beside(400, 16, 0, busy(size, 10))).toBe(16);
  });

  it('is bounded', () => {
    const size = new ClaimSize();
    expect(size.next(10_000, 0, busy(size, 1_000))).toBe(500);
  });

  it('forgets the pace when nothing ends any more', () => {
    const size = new ClaimSize();
    expect(size.next(0, 0, busy(size, 1) + 500)).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StopSequence } from './stop-sequence.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function sequence(timeoutMs: number | null, killGraceMs: number): { stopping: StopSequence; calls: string[] } {
  const calls: string[] = [];
  const target = { terminate: () => void calls.push('terminate'), kill: () => void calls.push('kill') };
  return { calls, stopping: new StopSequence(target, { timeoutMs, killGraceMs }) };
}

describe('stopping a run', () => {
  it('asks first and kills after the grace time', () => {
    const { stopping, calls } = sequence(null, 100);
    stopping.stop('cancelled');
    stopping.stop('cancelled');
    vi.advanceTimersByTime(99);
    expect(calls).toEqual(['terminate']);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['terminate', 'kill']);
  });

  it('kills at once without a grace time', () => {
    const { stopping, calls } = sequence(null, 0);
    stopping.stop('cancelled');
    expect(calls).toEqual(['kill']);
  });

  it('keeps the first reason', () => {
    const { stopping, calls } = sequence(50, 100);
    stopping.arm();
    vi.advanceTimersByTime(50);
    stopping.stop('cancelled');
    stopping.kill();
    expect(stopping.reason).toBe('timed_out');
    expect(calls).toEqual(['terminate', 'kill']);
  });

  it('does nothing more once it is disposed of', () => {
    const { stopping, calls } = sequence(50, 100);
    stopping.arm();
    stopping.dispose();
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual([]);
  });

  it('waits longer than a timer of Node can', () => {
    const days = 24 * 60 * 60 * 1000;
    const { stopping, calls } = sequence(60 * days, 100);
    stopping.arm();
    vi.advanceTimersByTime(59 * days);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(days);
    expect(calls).toEqual(['terminate']);
  });
});

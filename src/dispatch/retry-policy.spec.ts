import { describe, expect, it } from 'vitest';
import { retryDelayMs, type RetryPolicy } from './retry-policy.js';

const policy: RetryPolicy = { maxAttempts: 4, retryInitialMs: 1000, retryFactor: 3, retryMaxMs: 5000, retryJitter: 0 };

describe('retryDelayMs', () => {
  it('grows by the factor up to the bound and ends with the last attempt', () => {
    expect([1, 2, 3, 4].map((attempt) => retryDelayMs(policy, attempt, 'exit_code', 0.5))).toEqual([
      1000,
      3000,
      5000,
      null,
    ]);
  });

  it('spreads by the jitter both ways, never past the bound', () => {
    const spread = { ...policy, retryJitter: 0.2 };
    expect(retryDelayMs(spread, 1, null, 0)).toBe(800);
    expect(retryDelayMs(spread, 1, null, 0.999999)).toBe(1200);
    expect(retryDelayMs(spread, 3, null, 0.999999)).toBe(5000);
  });

  it('does not retry what another attempt cannot cure', () => {
    expect(retryDelayMs(policy, 1, 'unknown_class', 0.5)).toBeNull();
  });
});

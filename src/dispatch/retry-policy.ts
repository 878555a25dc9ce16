/** How long to wait before the next attempt. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly retryInitialMs: number;
  readonly retryFactor: number;
  readonly retryMaxMs: number;
  /** Fraction by which the delay varies both ways, 0 to 1. */
  readonly retryJitter: number;
}

/** Errors that another attempt cannot cure. */
const PERMANENT = new Set([
  'unknown_class',
  'invalid_arguments',
  'invalid_class',
  'forbidden_class',
  'refused_address',
  'aws_not_configured',
]);

/**
 * Milliseconds until the next attempt after `attempt` (from 1) failed with an error of type `errorType`, or null when there is none.
 * Exponential, bounded, spread by `random` (0 to below 1) so that runs that failed together do not return together.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: number,
  errorType: string | null,
  random: number,
): number | null {
  if (attempt >= policy.maxAttempts || (errorType !== null && PERMANENT.has(errorType))) return null;
  const plain = Math.min(policy.retryInitialMs * policy.retryFactor ** (attempt - 1), policy.retryMaxMs);
  return Math.min(Math.round(plain * (1 + policy.retryJitter * (2 * random - 1))), policy.retryMaxMs);
}

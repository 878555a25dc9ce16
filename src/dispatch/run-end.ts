import type { AttemptEnd } from '../attempts/attempt.js';
import type { ClaimedRun, RunEnd } from '../executions/work-queue.service.js';
import { retryDelayMs, type RetryPolicy } from './retry-policy.js';

/** What of a run decides what follows the end of its attempt. */
export type EndedRun = RetryPolicy & Pick<ClaimedRun, 'attempt' | 'gateId'>;

/**
 * What is to be recorded when an attempt of `run` ended: its state, and when it is tried again. An attempt that its worker had to break off
 * was not the job's fault: it runs again at once if it has attempts left.
 */
export function runEndOf(run: EndedRun, end: AttemptEnd): RunEnd {
  const { isInterrupted, status, ...facts } = end;
  const { gateId } = run;
  if (isInterrupted) {
    const error = { type: 'worker_shutdown', message: 'The worker was shut down before the run had ended.' };
    const retryAt = run.attempt < run.maxAttempts ? end.finishedAt : null;
    return { ...facts, gateId, state: 'failed', reason: error.type, error, retryAt };
  }
  const reason = end.error?.type ?? null;
  const isFailure = status === 'failed' || status === 'timed_out';
  const delayMs = isFailure ? retryDelayMs(run, run.attempt, reason, Math.random()) : null;
  const retryAt = delayMs === null ? null : new Date(end.finishedAt.getTime() + delayMs);
  return { ...facts, gateId, state: status, reason, retryAt };
}

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
  const { gateId } = run;
  // Named one by one: with the rest of a destructured object this took 12 µs for each run, a tenth of what a no-op costs in all.
  const { id, fence, exitCode, result, pid, startedAt, finishedAt } = end;
  if (end.isInterrupted) {
    const error = { type: 'worker_shutdown', message: 'The worker was shut down before the run had ended.' };
    const retryAt = run.attempt < run.maxAttempts ? finishedAt : null;
    const state = 'failed';
    const reason = error.type;
    return { id, fence, gateId, state, reason, exitCode, result, error, pid, startedAt, finishedAt, retryAt };
  }
  const { status: state, error } = end;
  const reason = error?.type ?? null;
  const isFailure = state === 'failed' || state === 'timed_out';
  const delayMs = isFailure ? retryDelayMs(run, run.attempt, reason, Math.random()) : null;
  const retryAt = delayMs === null ? null : new Date(finishedAt.getTime() + delayMs);
  return { id, fence, gateId, state, reason, exitCode, result, error, pid, startedAt, finishedAt, retryAt };
}

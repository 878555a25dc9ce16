import type { RunError, RunHandle, RunOutcome } from './runner.js';

/** The largest result that is kept, in bytes of JSON. */
export const MAX_RESULT_BYTES = 1024 * 1024;

/** A success with a result that is known to be JSON and small. */
export function succeeded(result: unknown, exitCode: number | null = null): RunOutcome {
  return { status: 'succeeded', result, error: null, exitCode, finishedAt: new Date() };
}

/** A failure; `error.type` is one of the stable words of {@link RunError}. */
export function failed(error: RunError, result: unknown = null, exitCode: number | null = null): RunOutcome {
  return { status: 'failed', result, error, exitCode, finishedAt: new Date() };
}

/** The end of a run that was cancelled, whether or not it had begun. */
export function cancelled(exitCode: number | null = null): RunOutcome {
  const error = { type: 'cancelled', message: 'The run was cancelled.' };
  return { status: 'cancelled', result: null, error, exitCode, finishedAt: new Date() };
}

/** The end of a run that took longer than `timeoutMs`. */
export function timedOut(timeoutMs: number, exitCode: number | null = null): RunOutcome {
  const error = {
    type: 'timeout',
    message: `The run took longer than its timeout of ${timeoutMs} ms and was stopped.`,
  };
  return { status: 'timed_out', result: null, error, exitCode, finishedAt: new Date() };
}

/** A handle of a run that is over already, or that nothing can stop on its short way to its end. */
export function finishedRun(outcome: RunOutcome | Promise<RunOutcome>): RunHandle {
  return { done: Promise.resolve(outcome), cancel: nothing, forceCancel: nothing };
}

/** The words of anything that was thrown, `Error` or not. */
export function errorOf(thrown: unknown, type = 'exception'): RunError {
  if (!(thrown instanceof Error)) return { type, message: String(thrown) };
  const error: RunError = { type, message: thrown.message || thrown.name };
  if (thrown.stack !== undefined) error.stack = thrown.stack;
  return error;
}

function nothing(): void {}

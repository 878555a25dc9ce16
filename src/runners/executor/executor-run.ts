/** The contract of a run inside the executor, and the ends that all kinds of runs share. */
import type { RunEnd } from './run-report.js';
import type { Startable } from './start-queue.js';

/** One run with a process: waits, begins, can be stopped, ends once. */
export interface ExecutorRun extends Startable {
  /** Asks the run to stop and kills it after its grace time. Only after `begin`. */
  cancel(): void;
  /** Kills the run and all of its processes. Only after `begin`. */
  kill(): void;
}

/** The end of a run that was stopped from outside. */
export function stoppedEnd(
  reason: 'cancelled' | 'timed_out',
  timeoutMs: number | null,
  exitCode: number | null,
): RunEnd {
  const error =
    reason === 'cancelled'
      ? { type: 'cancelled', message: 'The run was cancelled.' }
      : { type: 'timeout', message: `The run took longer than its timeout of ${timeoutMs} ms and was stopped.` };
  return { status: reason, resultJson: 'null', error, exitCode };
}

/** The end of a run that failed without a result. */
export function failedEnd(type: string, message: string, exitCode: number | null = null): RunEnd {
  return { status: 'failed', resultJson: 'null', error: { type, message }, exitCode };
}

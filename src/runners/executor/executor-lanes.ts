/**
 * Several executors for programs. Starting a process blocks the executor's thread until the new process has begun its program, most of the time without using
 * a processor (five sixths of an executor under load, 2026-11-22), so two of them start nearly twice as many.
 */
import type { RunHandle, RunObserver } from '../runner.js';
import type { ExecutorClient, ProcessStart } from './executor-client.js';

/** Whoever starts runs in processes. */
export type ProcessStarter = Pick<ExecutorClient, 'start'>;

interface Lane {
  readonly executor: ProcessStarter;
  /** Runs that it was given and has not started. */
  starting: number;
}

/** Gives each run to the executor with the fewest starts before it, the earlier one of equals: the later ones come to be only when many start at the same time. */
export class ExecutorLanes implements ProcessStarter {
  private readonly lanes: readonly Lane[];

  constructor(executors: readonly ProcessStarter[]) {
    this.lanes = executors.map((executor) => ({ executor, starting: 0 }));
  }

  start(message: ProcessStart, observer: RunObserver): RunHandle {
    const lane = this.lanes.reduce((best, other) => (other.starting < best.starting ? other : best));
    lane.starting++;
    let isStarting = true;
    const begun = (): void => {
      if (isStarting) lane.starting--;
      isStarting = false;
    };
    const handle = lane.executor.start(message, {
      started: (start) => {
        begun();
        observer.started(start);
      },
      output: (output) => observer.output(output),
      progress: (progress) => observer.progress(progress),
    });
    void handle.done.then(begun);
    return handle;
  }
}

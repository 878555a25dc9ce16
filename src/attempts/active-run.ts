import type { RunnerRegistry } from '../runners/runner-registry.js';
import { failed, finishedRun } from '../runners/run-outcome.js';
import type { RunHandle, RunObserver, RunOutcome } from '../runners/runner.js';
import type { Attempt, AttemptEnd, LogPiece, RunReport, StopKind } from './attempt.js';

/** Where an attempt says what happens to it. */
export interface AttemptReports {
  report(report: RunReport): void;
  log(piece: LogPiece): void;
  /** Once, after everything else. */
  end(end: AttemptEnd): void;
}

/** One attempt that runs in this process's care. */
export class ActiveRun {
  private readonly handle: RunHandle;
  private seq = 0;
  private startedAt: Date | null = null;
  private pid: number | null = null;
  private stopRequested = false;
  private stoppedByShutdown = false;
  private isAbandoned = false;

  /**
   * Starts the run, unless there is a `refusal`: then it fails as `forbidden_class` without anything being run. What it says goes to
   * `reports`. `onEnd` is called once, after the end was handed to `reports`.
   */
  constructor(
    readonly run: Attempt,
    refusal: string | null,
    runners: RunnerRegistry,
    private readonly reports: AttemptReports,
    onEnd: (run: ActiveRun) => void,
  ) {
    const { id, fence } = run;
    const observer: RunObserver = {
      started: ({ pid, at }) => {
        this.startedAt = at;
        this.pid = pid;
        reports.report({ id, fence, pid, startedAt: at, percent: null, message: null });
      },
      output: ({ stream, text, at }) => reports.log({ id, fence, seq: this.seq++, stream, at, text }),
      progress: ({ percent, message }) => reports.report({ id, fence, pid: null, startedAt: null, percent, message }),
    };
    this.handle =
      refusal === null
        ? runners.start(requestOf(run), observer)
        : finishedRun(failed({ type: 'forbidden_class', message: refusal }));
    void this.handle.done.then((outcome) => {
      if (!this.isAbandoned) this.reports.end(this.endOf(outcome));
      onEnd(this);
    });
  }

  /** Passes on a request to stop. */
  stop(kind: StopKind): void {
    this.stopRequested = true;
    this.signal(kind);
  }

  private signal(kind: StopKind): void {
    if (kind === 'cancelling') this.handle.cancel();
    else this.handle.forceCancel();
  }

  /** Stops the run because this process ends. It was not its fault: it runs again elsewhere if it has attempts left. */
  shutDown(kind: StopKind): void {
    this.stoppedByShutdown = true;
    this.signal(kind);
  }

  /** Kills the run and says nothing more about it: it is no longer ours. */
  abandon(): void {
    this.isAbandoned = true;
    this.handle.forceCancel();
  }

  private endOf(outcome: RunOutcome): AttemptEnd {
    const { id, fence } = this.run;
    const { status, exitCode, result, error, finishedAt } = outcome;
    const isInterrupted = this.stoppedByShutdown && !this.stopRequested && status === 'cancelled';
    const { pid, startedAt } = this;
    return { id, fence, status, exitCode, result, error, pid, startedAt, finishedAt, isInterrupted };
  }
}

function requestOf(run: Attempt) {
  return {
    executionId: run.id,
    attempt: run.attempt,
    jobId: run.jobId,
    jobName: run.jobName,
    tenant: run.tenant,
    jobClass: run.jobClass,
    args: run.args,
    parameters: run.parameters,
    scheduledFor: run.scheduledFor,
    timeoutMs: run.timeoutMs,
    killGraceMs: run.killGraceMs,
    maxOutputBytes: run.maxOutputBytes,
  };
}

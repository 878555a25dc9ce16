import { retryDelayMs } from './retry-policy.js';
import type { ClaimedRun, RunEnd } from '../executions/work-queue.service.js';
import type { RunnerRegistry } from '../runners/runner-registry.js';
import type { RunHandle, RunOutcome } from '../runners/runner.js';
import type { RunReports } from './run-reports.js';

/** One attempt that runs in this process's care. */
export class ActiveRun {
  private readonly handle: RunHandle;
  private seq = 0;
  private startedAt: Date | null = null;
  private pid: number | null = null;
  private stopRequested = false;
  private stoppedByShutdown = false;
  private isAbandoned = false;

  /** Starts the run; what it says goes to `reports`. `onEnd` is called once, after the end was handed to `reports`. */
  constructor(
    readonly run: ClaimedRun,
    runners: RunnerRegistry,
    private readonly reports: RunReports,
    onEnd: (run: ActiveRun) => void,
  ) {
    const { id, fence } = run;
    this.handle = runners.start(requestOf(run), {
      started: ({ pid, at }) => {
        this.startedAt = at;
        this.pid = pid;
        reports.report({ id, fence, pid, startedAt: at, percent: null, message: null });
      },
      output: ({ stream, text, at }) => reports.log({ id, fence, seq: this.seq++, stream, at, text }),
      progress: ({ percent, message }) => reports.report({ id, fence, pid: null, startedAt: null, percent, message }),
    });
    void this.handle.done.then((outcome) => {
      if (!this.isAbandoned) this.reports.end(this.endOf(outcome));
      onEnd(this);
    });
  }

  /** Passes on a request to stop. */
  stop(kind: 'cancelling' | 'force_cancelling'): void {
    this.stopRequested = true;
    this.signal(kind);
  }

  private signal(kind: 'cancelling' | 'force_cancelling'): void {
    if (kind === 'cancelling') this.handle.cancel();
    else this.handle.forceCancel();
  }

  /** Stops the run because this process ends. It was not its fault: it runs again elsewhere if it has attempts left. */
  shutDown(kind: 'cancelling' | 'force_cancelling'): void {
    this.stoppedByShutdown = true;
    this.signal(kind);
  }

  /** Kills the run and says nothing more about it: it is no longer ours. */
  abandon(): void {
    this.isAbandoned = true;
    this.handle.forceCancel();
  }

  private endOf(outcome: RunOutcome): RunEnd {
    const { run } = this;
    if (this.stoppedByShutdown && !this.stopRequested && outcome.status === 'cancelled')
      return this.endOfShutdown(outcome);
    const failed = outcome.status === 'failed' || outcome.status === 'timed_out';
    const delayMs = failed ? retryDelayMs(run, run.attempt, outcome.error?.type ?? null, Math.random()) : null;
    return {
      ...this.endFacts(outcome),
      state: outcome.status,
      reason: outcome.error?.type ?? null,
      error: outcome.error,
      retryAt: delayMs === null ? null : new Date(outcome.finishedAt.getTime() + delayMs),
    };
  }

  private endOfShutdown(outcome: RunOutcome): RunEnd {
    return {
      ...this.endFacts(outcome),
      state: 'failed',
      reason: 'worker_shutdown',
      error: { type: 'worker_shutdown', message: 'The worker was shut down before the run had ended.' },
      retryAt: this.run.attempt < this.run.maxAttempts ? outcome.finishedAt : null,
    };
  }

  private endFacts(outcome: RunOutcome) {
    const { id, fence, gateId } = this.run;
    const { exitCode, result, finishedAt } = outcome;
    return { id, fence, gateId, exitCode, result, finishedAt, pid: this.pid, startedAt: this.startedAt };
  }
}

function requestOf(run: ClaimedRun) {
  return {
    executionId: run.id,
    attempt: run.attempt,
    jobId: run.jobId,
    jobName: run.jobName,
    tenant: run.tenant,
    jobClass: run.jobClass,
    args: run.args,
    parameters: run.parameters,
    scheduledFor: run.scheduledFor.toISOString(),
    timeoutMs: run.timeoutMs,
    killGraceMs: run.killGraceMs,
    maxOutputBytes: run.maxOutputBytes,
  };
}

import type { RunError, RunStatus } from '../runners/runner.js';

/** An attempt that was handed to a worker, with all that it needs to run it. */
export interface Attempt {
  /** Of the execution. */
  readonly id: string;
  /** Every report about the run carries it; after the run was taken away it no longer matches. */
  readonly fence: number;
  /** From 1. */
  readonly attempt: number;
  readonly tenant: string;
  readonly jobId: string;
  readonly jobName: string;
  readonly jobClass: string;
  readonly args: unknown[];
  readonly parameters: Record<string, unknown>;
  readonly scheduledFor: Date;
  readonly timeoutMs: number | null;
  readonly killGraceMs: number;
  readonly maxOutputBytes: number;
}

/** How an attempt ended, as the worker saw it. What follows from it (another attempt or not) is decided beside the database. */
export interface AttemptEnd {
  readonly id: string;
  readonly fence: number;
  readonly status: RunStatus;
  readonly exitCode: number | null;
  readonly result: unknown;
  readonly error: RunError | null;
  readonly pid: number | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date;
  /** The worker stopped it because it had to leave, not because anybody asked for that. */
  readonly isInterrupted: boolean;
}

/** What a running attempt says of itself; nulls leave what is there. */
export interface RunReport {
  readonly id: string;
  readonly fence: number;
  readonly pid: number | null;
  readonly startedAt: Date | null;
  /** 0 to 100. */
  readonly percent: number | null;
  readonly message: string | null;
}

/** A piece of output. `seq` grows within the attempt; what was once stored under a number stays. */
export interface LogPiece {
  readonly id: string;
  readonly fence: number;
  readonly seq: number;
  readonly stream: 'stdout' | 'stderr' | 'log';
  readonly at: Date;
  readonly text: string;
}

/** How somebody asks for the end of a run: politely, or at once with everything that it started. */
export type StopKind = 'cancelling' | 'force_cancelling';

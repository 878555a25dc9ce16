/**
 * The seam between the dispatcher and whatever runs one attempt of one execution. A runner knows no database, no tenant
 * rules and no retries: it gets a request, tells an observer what happens, and ends with exactly one outcome.
 */

/** One attempt of one execution, with everything that a runner may need to know about it. */
export interface RunRequest {
  executionId: string;
  /** 1 for the first attempt. */
  attempt: number;
  jobId: string;
  jobName: string;
  tenant: string;
  /** A dotted name: `shell`, `http`, `noop` or a user class such as `reports.daily.DailyReport`. */
  jobClass: string;
  args: readonly unknown[];
  parameters: Readonly<Record<string, unknown>>;
  /** The instant that the run is for. */
  scheduledFor: Date;
  /** Counted from the start of the work, not from the request. Null: no limit. */
  timeoutMs: number | null;
  /** Time between SIGTERM and SIGKILL after a timeout or a cancel; 0 kills at once. */
  killGraceMs: number;
  /** Bytes of UTF-8 output that are kept; what comes after is counted and dropped. */
  maxOutputBytes: number;
}

/** How a run ended. */
export type RunStatus = 'succeeded' | 'failed' | 'timed_out' | 'cancelled';

/** Why a run did not succeed. */
export interface RunError {
  message: string;
  /**
   * A stable word: `exit_code`, `signal`, `spawn_failed`, `timeout`, `cancelled`, `unknown_class`, `invalid_arguments`,
   * `invalid_class`, `invalid_result`, `exception`, `http_status`, `refused_address`, `executor_lost`, `aws_not_configured`.
   */
  type: string;
  stack?: string;
}

/** The one end of a run. */
export type RunOutcome = {
  status: RunStatus;
  /** A JSON value, null when there is none; at most 1 MiB of JSON. */
  result: unknown;
  /** Null exactly when the status is `succeeded`. */
  error: RunError | null;
  exitCode: number | null;
  finishedAt: Date;
};

/** Where a piece of output came from; `log` is the job context's `log` and lines of the runner itself. */
export type OutputStream = 'stdout' | 'stderr' | 'log';

/** A piece of output: whole UTF-8, no U+0000 (PostgreSQL text refuses it), at most 16 KiB. */
export interface OutputChunk {
  stream: OutputStream;
  text: string;
  at: Date;
}

/** What a run says about how far it is. */
export interface ProgressReport {
  /** 0 to 100, or null when only the message changed. */
  percent: number | null;
  message: string | null;
  at: Date;
}

/** Told about a run while it goes on; calls come in order, all of them before `done` resolves. It must not throw. */
export interface RunObserver {
  /** The work began; `pid` is null when it has no process of its own. Not called when the run never started. */
  started(info: { pid: number | null; at: Date }): void;
  output(chunk: OutputChunk): void;
  progress(report: ProgressReport): void;
}

/** A run that was asked for. */
export interface RunHandle {
  /** Never rejects. */
  readonly done: Promise<RunOutcome>;
  /** Asks the run to stop (SIGTERM to the group, abort signal) and kills it after `killGraceMs`. Idempotent. */
  cancel(): void;
  /** Kills the whole process tree at once. Idempotent. */
  forceCancel(): void;
}

/** One argument or parameter of a job class. */
export interface ArgumentDescription {
  name: string;
  /** A short type for people, such as `string` or `list of numbers`. */
  type: string;
  description: string;
  required: boolean;
}

/** What a person needs to know to use a job class. */
export interface JobClassDescription {
  jobClass: string;
  title: string;
  notes: string;
  /** True when it runs code on this machine (shell and user classes), so that an administrator can forbid it. */
  runsCode: boolean;
  source: 'builtin' | 'user';
  arguments: ArgumentDescription[];
  parameters: ArgumentDescription[];
  exampleArguments: unknown[];
  exampleParameters: Record<string, unknown>;
}

/** Runs the job classes that it handles. */
export interface Runner {
  readonly name: string;
  /** Whether the name is of this runner's kind. A user class that does not exist still belongs to the user class runner. */
  handles(jobClass: string): boolean;
  describe(): Promise<JobClassDescription[]>;
  start(request: RunRequest, observer: RunObserver): RunHandle;
  /** Ends what still runs and frees all processes. */
  close(): Promise<void>;
}

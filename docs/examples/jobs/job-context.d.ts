/** What Carillon gives to a job class while it runs. Copy this file beside your own classes; it is only for the types. */
export interface JobContext {
  readonly executionId: string;
  /** 1 for the first attempt, 2 for the first retry, and so on. */
  readonly attempt: number;
  readonly jobName: string;
  /** The instant that this run is for, ISO 8601. A late run still carries the instant that was due. */
  readonly scheduledFor: string;
  /** The parameters of the job, or of this one run. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Aborted when the run is cancelled or takes too long. */
  readonly signal: AbortSignal;
  /** Writes a line to the output of the execution. */
  log(text: unknown): void;
  /** Says how far the run is: 0 to 100, or null to change only the message. */
  progress(percent: number | null, message?: string): void;
}

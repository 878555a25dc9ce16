/** What a user class can use while it runs. Documented for its users in docs/job-classes.md. */
import { inspect } from 'node:util';
import type { ClassContextData } from '../../executor/executor-protocol.js';
import { answer, answerOutput } from './answers.js';

/** The context of one run. */
export class JobContext implements ClassContextData {
  readonly executionId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly jobName: string;
  /** The instant that the run is for, ISO 8601. */
  readonly scheduledFor: string;
  readonly parameters: Readonly<Record<string, unknown>>;

  constructor(
    private readonly run: number,
    data: ClassContextData,
    /** Aborted when the run is cancelled or takes too long; what runs on after the grace time is killed. */
    readonly signal: AbortSignal,
  ) {
    this.executionId = data.executionId;
    this.attempt = data.attempt;
    this.jobName = data.jobName;
    this.scheduledFor = data.scheduledFor;
    this.parameters = data.parameters;
    // Bound, so that `const { log } = this.context` works.
    this.log = this.log.bind(this);
    this.progress = this.progress.bind(this);
  }

  /** Writes a line to the output of the execution; what is no string is shown as the console would. */
  log(text: unknown): void {
    const line = textOf(text);
    answerOutput(this.run, 'log', line.endsWith('\n') ? line : `${line}\n`);
  }

  /** Says how far the run is: 0 to 100, or null to change only the message. */
  progress(percent: unknown, message?: unknown): void {
    // User code may be JavaScript and pass anything; what is no number is left out by the executor.
    const number = percent === null || percent === undefined ? null : Number(percent);
    answer({
      kind: 'progress',
      run: this.run,
      percent: number,
      message: message === undefined ? null : textOf(message),
    });
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value);
}

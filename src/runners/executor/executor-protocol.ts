/**
 * What the server and its executor process say to each other. Both sides send arrays of messages, so that many small
 * events cost one write; JSON only, so no Dates.
 */
import type { OutputStream, RunError, RunStatus } from '../runner.js';

/** Settings of the executor, given as its only command line argument in JSON. */
export interface ExecutorSettings {
  /** Runs in processes at the same time; more wait. */
  maxProcesses: number;
  /** A user-class child without work for this long is closed. */
  idleChildMs: number;
  /** A user-class child is replaced after this many runs. */
  maxRunsPerChild: number;
  /** The JavaScript file that user-class children run. */
  childEntry: string;
}

/** A program to be run in a process group of its own. */
export interface ProgramTask {
  kind: 'program';
  file: string;
  argv: string[];
  cwd: string | null;
  stdin: string | null;
}

/** A user class to be run in a pooled child. */
export interface ClassTask {
  kind: 'class';
  /** The bundle to import. */
  bundleFile: string;
  exportName: string;
  context: ClassContextData;
  args: readonly unknown[];
}

/** What the job context of a user class offers as plain data. */
export interface ClassContextData {
  executionId: string;
  attempt: number;
  jobName: string;
  scheduledFor: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** Loads a bundle in a pooled child and tells what it exports. */
export interface InspectTask {
  kind: 'inspect';
  bundleFile: string;
}

/** Anything that runs in a process. */
export type ProcessTask = ProgramTask | ClassTask | InspectTask;

/** Starts a run; `run` is a number that the server has not used before in this executor. */
export interface StartMessage {
  kind: 'start';
  run: number;
  task: ProcessTask;
  /** Added to the allow-listed environment that the executor itself was started with. */
  environment: Record<string, string>;
  timeoutMs: number | null;
  killGraceMs: number;
  maxOutputBytes: number;
}

/** Server to executor. */
export type ExecutorCommand = StartMessage | { kind: 'cancel'; run: number } | { kind: 'kill'; run: number };

/** The end of a run, as the executor saw it. */
export interface EndMessage {
  kind: 'end';
  run: number;
  status: RunStatus;
  /** JSON text, so that a result is parsed once only, where it is used. */
  resultJson: string;
  error: RunError | null;
  exitCode: number | null;
  atMs: number;
}

/** One chunk of output of a run. */
export interface OutputMessage {
  kind: 'output';
  run: number;
  stream: OutputStream;
  text: string;
  atMs: number;
}

/** How far a run is. */
export interface ProgressMessage {
  kind: 'progress';
  run: number;
  percent: number | null;
  message: string | null;
  atMs: number;
}

/** Executor to server. */
export type ExecutorEvent =
  { kind: 'started'; run: number; pid: number; atMs: number } | OutputMessage | ProgressMessage | EndMessage;

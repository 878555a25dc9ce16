/**
 * What the executor and a pooled child say to each other. Commands go to the child over IPC. The child answers on file
 * descriptor 3, one JSON text per line, written synchronously: so log lines, progress and results keep their order, none is
 * lost when user code calls process.exit, and a child that talks too fast is slowed down instead of filling memory.
 */
import type { RunError } from '../runner.js';
import type { ClassTask, InspectTask } from './executor-protocol.js';

/** The file descriptor of the child on which it answers. */
export const ANSWER_FD = 3;

/** Executor to child: do this. A child gets the next one only after the end of the one before. */
export interface ChildCommand {
  run: number;
  task: ClassTask | InspectTask;
  /** Variables of the run, for processes that user code starts. */
  environment: Record<string, string>;
}

/** The end of a run in a child. */
export interface ChildEnd {
  kind: 'end';
  run: number;
  /** JSON text of the result; `null` when it failed. */
  resultJson: string;
  error: RunError | null;
  /** False when user code left timers, sockets or processes behind: the child is not used again then. */
  isClean: boolean;
}

/** Child to executor. */
export type ChildAnswer =
  | { kind: 'output'; run: number; stream: 'stdout' | 'stderr' | 'log'; text: string }
  | { kind: 'progress'; run: number; percent: number | null; message: string | null }
  | ChildEnd;

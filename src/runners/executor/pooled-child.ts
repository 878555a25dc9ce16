/** One process that runs user classes, one at a time. */
import { fork, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { parseAnswer } from './child-answer.js';
import { ANSWER_FD, type ChildAnswer, type ChildCommand } from './child-protocol.js';
import { signalGroup } from './kill-tree.js';

/** UTF-16 units; a result of 1 MiB is at most six times as long when all of it is escaped, once more in its answer. */
const MAX_LINE = 16 * 1024 * 1024;

/** Told about the run that a child works on. */
export interface ChildListener {
  answered(answer: ChildAnswer): void;
  /** Output that did not come through the console: of native code, or of processes that user code started. */
  wrote(stream: 'stdout' | 'stderr', bytes: Buffer): void;
  /** The process is gone. */
  exited(code: number | null, signal: string | null): void;
  /** The process is gone and all of its pipes are closed. */
  closed(): void;
}

/** A child with its own process group. */
export class PooledChild {
  /** How many runs it was given. */
  runs = 0;
  hasExited = false;
  private readonly child: ChildProcess;
  private listener: ChildListener | null = null;
  private unfinishedLine = '';

  constructor(entry: string, environment: NodeJS.ProcessEnv) {
    this.child = fork(entry, [], {
      detached: true,
      env: environment,
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    });
    this.child.stdout?.on('data', (bytes: Buffer) => this.listener?.wrote('stdout', bytes));
    this.child.stderr?.on('data', (bytes: Buffer) => this.listener?.wrote('stderr', bytes));
    const decoder = new StringDecoder('utf8');
    const answers = this.child.stdio[ANSWER_FD] as Readable | null;
    answers?.on('data', (bytes: Buffer) => this.readAnswers(decoder.write(bytes)));
    // A failed start or send is followed by the exit or close, which ends the run.
    this.child.on('error', () => {
      if (this.child.pid === undefined) this.exited(null, null);
    });
    this.child.on('exit', (code, signal) => this.exited(code, signal));
    this.child.on('close', () => this.listener?.closed());
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Gives the child its next run. */
  give(command: ChildCommand, listener: ChildListener): void {
    this.runs++;
    this.listener = listener;
    if (this.child.connected) this.child.send(command, () => {});
  }

  /** Nobody listens any more. */
  forget(): void {
    this.listener = null;
  }

  /** Signals the process and what it started in its group. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.child.pid !== undefined) signalGroup(this.child.pid, name);
  }

  private exited(code: number | null, signal: string | null): void {
    this.hasExited = true;
    this.listener?.exited(code, signal);
  }

  private readAnswers(text: string): void {
    const lines = (this.unfinishedLine + text).split('\n');
    this.unfinishedLine = lines.pop() ?? '';
    // No answer of ours is that long: user code writes to the descriptor, and must not fill our memory.
    if (this.unfinishedLine.length > MAX_LINE) this.signal('SIGKILL');
    for (const line of lines) {
      const answer = parseAnswer(line);
      if (answer) this.listener?.answered(answer);
    }
  }
}

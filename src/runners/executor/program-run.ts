/**
 * Runs one program in a process group of its own. The end is the exit of the program, not of whoever still holds its
 * pipes: grandchildren get a short time to write what is under way, then the group is killed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import type { ProgramTask, StartMessage } from './executor-protocol.js';
import { failedEnd, stoppedEnd, type ExecutorRun } from './executor-run.js';
import { killTree, signalGroup } from './kill-tree.js';
import { runMarks } from './run-marks.js';
import type { RunEnd, RunReport } from './run-report.js';
import { StopSequence } from './stop-sequence.js';

/** After the exit: a silence this long on pipes that are still open is the end. */
const DRAIN_SILENCE_MS = 250;
/** After the exit: the longest time that somebody may go on writing. */
const DRAIN_LIMIT_MS = 2000;

/** One run of a program. */
export class ProgramRun implements ExecutorRun {
  private readonly stopping: StopSequence;
  private child: ChildProcess | undefined;
  private exit: { code: number | null; signal: string | null } | undefined;
  private silence: NodeJS.Timeout | undefined;
  private drainLimit: NodeJS.Timeout | undefined;
  private killing: Promise<number> | undefined;
  /** Of output, so far. */
  private pieces = 0;
  private isOver = false;

  constructor(
    private readonly start: StartMessage,
    private readonly task: ProgramTask,
    private readonly report: RunReport,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly onOver: () => void,
  ) {
    this.stopping = new StopSequence({ terminate: () => this.signal('SIGTERM'), kill: () => this.killAll() }, start);
  }

  begin(): void {
    const { task } = this;
    if (task.cwd !== null && !statSync(task.cwd, { throwIfNoEntry: false })?.isDirectory()) {
      return this.over(failedEnd('invalid_arguments', `The working folder ${task.cwd} is not a folder.`));
    }
    try {
      this.child = spawn(task.file, task.argv, {
        detached: true,
        env: { ...this.environment, ...this.start.environment },
        stdio: [task.stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        ...(task.cwd === null ? {} : { cwd: task.cwd }),
      });
    } catch (error) {
      return this.over(failedEnd('spawn_failed', spawnFailure(task.file, error)));
    }
    this.follow(this.child);
  }

  cancel(): void {
    this.stopping.stop('cancelled');
  }

  kill(): void {
    this.stopping.kill();
  }

  private follow(child: ChildProcess): void {
    child.on('error', (error) => {
      if (child.pid === undefined) this.over(failedEnd('spawn_failed', spawnFailure(this.task.file, error)));
    });
    if (child.pid === undefined) return;
    this.report.started(child.pid);
    this.stopping.arm();
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (bytes: Buffer) => {
        this.report.output.write(stream, bytes);
        this.pieces++;
        this.silence?.refresh();
      });
    }
    // EPIPE: the program ended without reading its input, which is its right.
    child.stdin?.on('error', () => {});
    child.stdin?.end(this.task.stdin);
    child.on('exit', (code, signal) => this.drain(code, signal));
    child.on('close', () => void this.finish());
  }

  private drain(code: number | null, signal: string | null): void {
    this.exit = { code, signal };
    this.silence = setTimeout(() => this.hearOnce((isSilent) => isSilent), DRAIN_SILENCE_MS);
    this.drainLimit = setTimeout(() => this.hearOnce(() => true), DRAIN_LIMIT_MS);
  }

  /** After a stall timers fire before the pipes are read, so what has been written meanwhile is read before `isEnd` is asked. */
  private hearOnce(isEnd: (isSilent: boolean) => boolean): void {
    const heard = this.pieces;
    setImmediate(() => {
      if (isEnd(this.pieces === heard)) void this.finish();
    });
  }

  private signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.child?.pid !== undefined) signalGroup(this.child.pid, name);
  }

  private killAll(): void {
    this.killing ??= this.killTree().then((left) => {
      // Nothing can be awaited from a process that survives SIGKILL (it hangs in the kernel).
      if (left > 0) void this.finish();
      return left;
    });
  }

  private killTree(): Promise<number> {
    return killTree({ leaderPid: this.child?.pid ?? null, environment: runMarks(this.start.environment) });
  }

  private async finish(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    this.stopping.dispose();
    clearTimeout(this.silence);
    clearTimeout(this.drainLimit);
    this.child?.stdout?.destroy();
    this.child?.stderr?.destroy();
    // The group keeps its number from being used again as long as anyone is in it; an empty group is not an error.
    this.signal('SIGKILL');
    if (this.stopping.reason !== null) {
      const left = await (this.killing ?? this.killTree());
      if (left > 0) this.report.output.note(`${left} processes of the run could not be killed.`);
    }
    this.sayEnd(this.endOfExit());
  }

  /** An end before there was a process. */
  private over(end: RunEnd): void {
    this.isOver = true;
    this.sayEnd(end);
  }

  private sayEnd(end: RunEnd): void {
    this.report.end(end);
    this.onOver();
  }

  private endOfExit(): RunEnd {
    const { code = null, signal = null } = this.exit ?? {};
    if (this.stopping.reason !== null) return stoppedEnd(this.stopping.reason, this.start.timeoutMs, code);
    const resultJson = JSON.stringify({ exitCode: code });
    if (code === 0) return { status: 'succeeded', resultJson, error: null, exitCode: code };
    if (code === null) return failedEnd('signal', `The program was ended by the signal ${signal}.`);
    return { ...failedEnd('exit_code', `The program ended with exit code ${code}.`, code), resultJson };
  }
}

function spawnFailure(file: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `There is no program ${JSON.stringify(file)} (looked for on the PATH of the job).`;
  if (code === 'EACCES') return `The program ${JSON.stringify(file)} may not be executed.`;
  return `The program ${JSON.stringify(file)} could not be started: ${error instanceof Error ? error.message : String(error)}`;
}

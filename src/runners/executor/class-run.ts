/**
 * Runs a user class (or inspects a bundle) in a pooled child. The child goes back to the pool only after a run that ended
 * by itself and left nothing behind; in every other case its whole group is killed.
 */
import type { ChildPool } from './child-pool.js';
import type { ChildAnswer, ChildEnd } from './child-protocol.js';
import type { ClassTask, InspectTask, StartMessage } from './executor-protocol.js';
import { failedEnd, stoppedEnd, type ExecutorRun } from './executor-run.js';
import { killTree } from './kill-tree.js';
import type { ChildListener, PooledChild } from './pooled-child.js';
import { runMarks } from './run-marks.js';
import type { RunEnd, RunReport } from './run-report.js';
import { StopSequence } from './stop-sequence.js';

/** After the end: the longest time to wait for output that is still in the pipes of a killed group. */
const DRAIN_LIMIT_MS = 250;

/** One run of a user class. */
export class ClassRun implements ExecutorRun, ChildListener {
  private readonly stopping: StopSequence;
  private child: PooledChild | undefined;
  private end: RunEnd | undefined;
  private killing: Promise<number> | undefined;
  private drainLimit: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(
    private readonly start: StartMessage,
    private readonly task: ClassTask | InspectTask,
    private readonly report: RunReport,
    private readonly pool: ChildPool,
    private readonly onOver: () => void,
  ) {
    this.stopping = new StopSequence(
      { terminate: () => this.child?.signal('SIGTERM'), kill: () => this.killAll() },
      start,
    );
  }

  begin(): void {
    this.child = this.pool.take();
    if (this.child.pid === undefined) {
      this.end = failedEnd('spawn_failed', 'The process for user classes could not be started.');
      return void this.finish();
    }
    this.report.started(this.child.pid);
    this.stopping.arm();
    this.child.give({ run: this.start.run, task: this.task, environment: this.start.environment }, this);
  }

  cancel(): void {
    if (!this.end) this.stopping.stop('cancelled');
  }

  kill(): void {
    if (!this.isOver) this.stopping.kill();
  }

  answered(answer: ChildAnswer): void {
    // A child can still say something about its run before: a timer that was left running.
    if (answer.run !== this.start.run || this.end) return;
    if (answer.kind === 'output') this.report.output.writeText(answer.stream, answer.text);
    else if (answer.kind === 'progress') this.report.progress(answer.percent, answer.message);
    else this.ended(answer);
  }

  wrote(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this.report.output.write(stream, bytes);
  }

  exited(code: number | null, signal: string | null): void {
    if (this.isOver) return;
    const how = signal === null ? `exit code ${code}` : `the signal ${signal}`;
    this.end ??= failedEnd(
      signal === null ? 'exit_code' : 'signal',
      `The process ended with ${how} before run() had.`,
      code,
    );
    this.waitForPipes();
  }

  closed(): void {
    if (this.end) void this.finish();
  }

  private ended(answer: ChildEnd): void {
    this.end = {
      status: answer.error ? 'failed' : 'succeeded',
      resultJson: answer.resultJson,
      error: answer.error,
      exitCode: null,
    };
    this.stopping.dispose();
    if (answer.isClean && this.stopping.reason === null) {
      // What the child wrote to its raw pipes before this answer is read in this turn of the event loop at the latest.
      setImmediate(() => void this.finish(true));
      return;
    }
    this.child?.signal('SIGKILL');
    this.waitForPipes();
  }

  /** Pipes close when the group is dead; only somebody who left the group can hold them longer. */
  private waitForPipes(): void {
    this.drainLimit ??= setTimeout(() => void this.finish(), DRAIN_LIMIT_MS);
  }

  private killAll(): void {
    this.killing ??= this.killTree().then((left) => {
      if (left > 0) void this.finish(); // see ProgramRun: it survives SIGKILL, so there is nothing to wait for
      return left;
    });
  }

  private killTree(): Promise<number> {
    return killTree({ leaderPid: this.child?.pid ?? null, environment: runMarks(this.start.environment) });
  }

  private async finish(isReusable = false): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    this.stopping.dispose();
    clearTimeout(this.drainLimit);
    if (isReusable && this.child && !this.killing) this.pool.giveBack(this.child);
    else this.child?.signal('SIGKILL');
    const { reason } = this.stopping;
    if (reason !== null) {
      const left = await (this.killing ?? this.killTree());
      if (left > 0) this.report.output.note(`${left} processes of the run could not be killed.`);
    }
    this.report.end(this.finalEnd());
    this.onOver();
  }

  private finalEnd(): RunEnd {
    const { reason } = this.stopping;
    if (reason !== null) return stoppedEnd(reason, this.start.timeoutMs, this.end?.exitCode ?? null);
    return this.end ?? failedEnd('exit_code', 'The process ended before run() had.');
  }
}

/** One executor process as the server sees it, from its start to its death. */
import { fork, type ChildProcess } from 'node:child_process';
import { reapOrphans } from '../reap-orphans.js';
import { failed } from '../run-outcome.js';
import type { RunObserver, RunOutcome } from '../runner.js';
import type {
  EndMessage,
  ExecutorCommand,
  ExecutorEvent,
  ExecutorSettings,
  StartMessage,
} from './executor-protocol.js';

/** Time that the executor gets to kill what it started, before it is killed itself. */
const CLOSE_GRACE_MS = 3000;

/** A run that the server waits for. */
interface ExpectedRun {
  observer: RunObserver;
  settle(outcome: RunOutcome): void;
}

/** Sends commands, hands events to the observers, and ends all runs as `executor_lost` when the process is gone. */
export class ExecutorProcess {
  /** False once the process is gone or is being closed; it takes no more runs then. */
  isUsable = true;
  private readonly child: ChildProcess;
  private readonly runs = new Map<number, ExpectedRun>();
  private commands: ExecutorCommand[] = [];
  private lastRun = 0;
  private readonly gone: Promise<void>;

  constructor(entry: string, settings: ExecutorSettings, environment: Readonly<Record<string, string>>) {
    this.child = fork(entry, [JSON.stringify(settings)], {
      // A session of its own: Ctrl-C in the server's terminal must not end running jobs before the server drains them.
      detached: true,
      env: { ...environment },
      execArgv: ['--max-semi-space-size=4'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'json',
    });
    this.child.on('message', (events) => this.receive(events as ExecutorEvent[]));
    this.gone = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => resolve(this.lose(`it ended with ${signal ?? `exit code ${code}`}`)));
      // Also emitted when a message cannot be sent, which the exit explains.
      this.child.on('error', (error) => {
        if (this.child.pid === undefined) resolve(this.lose(error.message));
      });
    });
    this.holdEventLoop();
  }

  /** The pid, for tests and diagnostics. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Starts a run; `settle` is called exactly once. The returned number names the run in {@link stop}. */
  start(
    message: Omit<StartMessage, 'kind' | 'run'>,
    observer: RunObserver,
    settle: (outcome: RunOutcome) => void,
  ): number {
    const run = ++this.lastRun;
    this.runs.set(run, { observer, settle });
    this.holdEventLoop();
    this.command({ kind: 'start', run, ...message });
    return run;
  }

  /** Stops a run; one that has ended already is left alone. */
  stop(run: number, how: 'cancel' | 'kill'): void {
    if (this.runs.has(run)) this.command({ kind: how, run });
  }

  /** Lets the executor kill all runs and end. */
  async close(): Promise<void> {
    this.isUsable = false;
    if (this.child.connected) this.child.disconnect();
    this.child.ref();
    const force = setTimeout(() => this.child.kill('SIGKILL'), CLOSE_GRACE_MS);
    await this.gone;
    clearTimeout(force);
  }

  private command(command: ExecutorCommand): void {
    this.commands.push(command);
    if (this.commands.length > 1) return;
    setImmediate(() => {
      const batch = this.commands;
      this.commands = [];
      // A failure to send means that the process is going away; its exit ends the runs.
      if (this.child.connected) this.child.send(batch, () => {});
    });
  }

  private receive(events: ExecutorEvent[]): void {
    for (const event of events) {
      const run = this.runs.get(event.run);
      if (!run) continue;
      if (event.kind === 'end') this.end(event, run);
      else tell(run.observer, event);
    }
  }

  private end(event: EndMessage, run: ExpectedRun): void {
    this.runs.delete(event.run);
    this.holdEventLoop();
    const { status, error, exitCode } = event;
    run.settle({ status, result: JSON.parse(event.resultJson), error, exitCode, finishedAt: new Date(event.atMs) });
  }

  private async lose(why: string): Promise<void> {
    this.isUsable = false;
    // First the processes, then the news: a retry must not run beside what is left of the lost attempt.
    if (this.runs.size > 0) await reapOrphans();
    const message = `The executor process that ran this job is gone: ${why}.`;
    for (const run of this.runs.values()) run.settle(failed({ type: 'executor_lost', message }));
    this.runs.clear();
  }

  /** The process keeps the server alive only while there are runs. */
  private holdEventLoop(): void {
    const method = this.runs.size > 0 ? 'ref' : 'unref';
    this.child[method]();
    this.child.channel?.[method]();
  }
}

function tell(observer: RunObserver, event: Exclude<ExecutorEvent, EndMessage>): void {
  const at = new Date(event.atMs);
  if (event.kind === 'started') observer.started({ pid: event.pid, at });
  else if (event.kind === 'output') observer.output({ stream: event.stream, text: event.text, at });
  else observer.progress({ percent: event.percent, message: event.message, at });
}

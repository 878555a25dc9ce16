/**
 * The server's side of job processes: keeps one executor process, started at the first need and again after a loss.
 */
import { errorOf, failed } from '../run-outcome.js';
import type { RunHandle, RunObserver, RunOutcome } from '../runner.js';
import { entryFile } from './entry-file.js';
import { ExecutorProcess } from './executor-process.js';
import type { ExecutorSettings, StartMessage } from './executor-protocol.js';
import { RESERVED_PREFIX } from './run-marks.js';

/** What an executor needs to be started. */
export interface ExecutorClientSettings extends Omit<ExecutorSettings, 'childEntry'> {
  cacheDir: string;
  /** The allow-listed environment, the only one that job processes get. */
  environment: Readonly<Record<string, string>>;
}

/** A run as the executor needs it. */
export type ProcessStart = Omit<StartMessage, 'kind' | 'run'>;

/** Starts runs in processes. */
export class ExecutorClient {
  private current: ExecutorProcess | undefined;
  private starting: Promise<ExecutorProcess> | undefined;

  constructor(private readonly settings: ExecutorClientSettings) {}

  /** The pid of the executor if one is running. */
  get pid(): number | undefined {
    return this.current?.isUsable ? this.current.pid : undefined;
  }

  /** Starts a run in a process. */
  start(message: ProcessStart, observer: RunObserver): RunHandle {
    let stop: (how: 'cancel' | 'kill') => void;
    const done = new Promise<RunOutcome>((resolve) => {
      const run = this.usable().then(
        (executor) => ({ executor, number: executor.start(message, observer, resolve) }),
        (error: unknown) => {
          resolve(
            failed({
              ...errorOf(error, 'executor_lost'),
              message: `The executor process did not start: ${errorOf(error).message}`,
            }),
          );
          return null;
        },
      );
      stop = (how) => void run.then((started) => started?.executor.stop(started.number, how));
    });
    return { done, cancel: () => stop('cancel'), forceCancel: () => stop('kill') };
  }

  /** Ends the executor and with it all runs. */
  async close(): Promise<void> {
    const executor = (await this.starting?.catch(() => undefined)) ?? this.current;
    await executor?.close();
  }

  private async usable(): Promise<ExecutorProcess> {
    if (this.current?.isUsable) return this.current;
    this.starting ??= this.launch().finally(() => (this.starting = undefined));
    return this.starting;
  }

  private async launch(): Promise<ExecutorProcess> {
    const { cacheDir, environment, ...limits } = this.settings;
    const entry = await entryFile('executor/executor-main', cacheDir);
    const childEntry = await entryFile('user-class/child/child-main', cacheDir);
    const allowed = Object.entries(environment).filter(([name]) => !name.startsWith(RESERVED_PREFIX));
    this.current = new ExecutorProcess(entry, { ...limits, childEntry }, Object.fromEntries(allowed));
    return this.current;
  }
}

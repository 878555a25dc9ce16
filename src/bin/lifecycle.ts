import type { PinoLogger } from '../observability/pino-logger.js';
import type { RunningServer } from './running-server.js';

/** After a fault nobody waits longer than this for the database to be released. */
const FAULT_CLEANUP_MS = 10_000;

/** Decides when the process ends and with which code: 0 after a signal, 1 after a fault or when something was left behind. */
export class Lifecycle {
  private ending: Promise<void> | null = null;
  private starting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly server: RunningServer,
    private readonly logger: PinoLogger,
  ) {}

  /** Takes over signals and faults. A second signal ends the process at once. */
  watch(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.signalled(signal));
    process.on('uncaughtException', (error) => this.fault('Uncaught exception', error));
    process.on('unhandledRejection', (reason) => this.fault('Unhandled rejection', reason));
  }

  /** A signal that comes during the start waits for it, because half a start cannot be stopped in order. */
  async duringStart<T>(start: Promise<T>): Promise<T> {
    this.starting = start;
    return start;
  }

  /** Ends the process because it cannot go on. */
  fault(what: string, reason: unknown): void {
    this.logger.fatal(
      `${what}: ${reason instanceof Error ? reason.message : String(reason)}`,
      reason instanceof Error ? (reason.stack ?? '') : '',
      'Process',
    );
    this.ending ??= this.end(async () => {
      setTimeout(() => process.exit(1), FAULT_CLEANUP_MS).unref();
      await this.server.releaseDatabase();
      return 1;
    });
  }

  private signalled(signal: string): void {
    if (this.ending !== null) {
      this.logger.warn(`${signal} again: leaving at once`, 'Process');
      process.exit(1);
    }
    this.logger.log(
      `${signal}: no new work is taken; running jobs may finish. ${signal} again leaves at once.`,
      'Process',
    );
    this.ending = this.end(async () => {
      await this.starting.catch(() => undefined);
      return (await this.server.stop()) ? 0 : 1;
    });
  }

  private async end(work: () => Promise<number>): Promise<void> {
    let code = 1;
    try {
      code = await work();
    } catch (error) {
      this.logger.error(`The shutdown failed: ${String(error)}`, 'Process');
    }
    if (code === 0) this.logger.log('Stopped', 'Process');
    await this.logger.close();
    process.exit(code);
  }
}

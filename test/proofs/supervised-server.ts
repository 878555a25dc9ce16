// A replica under a supervisor: whatever ends it, it is started again, as systemd or Kubernetes would.
import { startServer, type ServerProcess } from '../support/server-process.js';

/** Starts that may fail in a row, because the database is away for a moment or the machine is slow. */
const MOST_FAILURES = 20;

/** Starts a server until it is ready; `onFailure` is told what each start that failed has printed. Rejects after 20 of them. */
export async function startPersistently(
  env: Readonly<Record<string, string>>,
  onFailure: (printed: string) => void = () => undefined,
): Promise<ServerProcess> {
  for (let failed = 0; ; failed++) {
    let pid = 0;
    try {
      return await startServer({ env, onSpawn: (spawned) => (pid = spawned) });
    } catch (error) {
      if (failed === MOST_FAILURES) throw error;
      const { message } = error as Error;
      onFailure(message);
      if (message.startsWith('Waited'))
        process.stdout.write(`A replica neither became ready nor gave up: ${message}\n`);
      endIfAlive(pid);
    }
  }
}

/** One replica over all its lives. */
export class SupervisedServer {
  /** Why starts failed: all that such a process printed. */
  readonly failures: string[] = [];
  private server: ServerProcess | null = null;
  private starting: Promise<void>;

  constructor(private readonly env: Readonly<Record<string, string>>) {
    this.starting = this.start();
  }

  /** Null while it starts. */
  get running(): ServerProcess | null {
    return this.server;
  }

  /** Resolves when it is ready. Rejects when it cannot be started. */
  async ready(): Promise<ServerProcess> {
    await this.starting;
    if (this.server === null) throw new Error('the server was started and is not there');
    return this.server;
  }

  /** Kills it if it runs, and begins the next life. False: it was not up. */
  async kill9(): Promise<boolean> {
    const { server } = this;
    if (server === null) return false;
    this.server = null;
    await server.kill9();
    this.starting = this.start();
    return true;
  }

  /** Ends it for good. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.starting.catch(() => undefined);
    await this.server?.stop(signal);
    this.server = null;
  }

  private start(): Promise<void> {
    const starting = startPersistently(this.env, (printed) => this.failures.push(printed)).then((server) => {
      this.server = server;
    });
    // Whoever waits for it hears of a failure; nobody may.
    starting.catch(() => undefined);
    return starting;
  }
}

/** A start that takes too long leaves its process behind. */
function endIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

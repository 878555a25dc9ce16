// Starts the built server as its users do. What a test file starts here is ended, whatever happened, after its last test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { stopServer } from '../../src/database/embedded/server-stop.js';
import { temporaryFolder } from './run-folder.js';
import { until } from './until.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const START_DEADLINE_MS = 30_000;

/** What may differ from a start with the defaults. */
export interface ServerOptions {
  /** Settings. Without DATABASE_URL the server gets its own data folder and embedded database; without PORT a free port. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Told of the process before it is ready, for tests that kill it on its way. */
  readonly onSpawn?: (pid: number) => void;
}

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running server. */
export interface ServerProcess {
  /** Without a path: `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** All that it has printed so far, stdout and stderr as they came. */
  logs(): string;
  /** Stops reading what it prints, as a pipe's reader that ends. */
  closeOutput(): void;
  /** Sends `signal` (SIGTERM) and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
  /** Ends it, and it alone, as a crash would. An embedded database of it lives on until the end of the test file. */
  kill9(): Promise<Exit>;
  readonly exited: Promise<Exit>;
}

const cleanups: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Starts `dist/src/main.js` and waits until it is ready. Fails with its output if it ends or is not ready within 30 s. */
export async function startServer({ env = {}, cwd = REPOSITORY, onSpawn }: ServerOptions = {}): Promise<ServerProcess> {
  const dataDir = env['DATA_DIR'] ?? (await temporaryFolder('server'));
  const child = spawn(process.execPath, ['--enable-source-maps', join(REPOSITORY, 'dist/src/main.js')], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: process.env['TMPDIR'],
      PORT: '0',
      DEMO: 'false',
      ...env,
      DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) onSpawn?.(child.pid);
  let logs = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (logs += chunk));
  let end: Exit | undefined;
  const exited = once(child, 'exit').then((values) => {
    const [code, signal] = values as [Exit['code'], Exit['signal']];
    end = { code, signal };
    return end;
  });
  exited.catch(() => undefined);
  cleanups.push(async () => {
    child.kill('SIGKILL');
    await exited.catch(() => undefined);
    const clusterDir = await realpath(join(dataDir, 'postgres')).catch(() => undefined);
    if (clusterDir !== undefined) await stopServer(clusterDir, () => undefined);
  });
  const url = await until(
    'the server is ready',
    async () => {
      if (end !== undefined)
        return { failure: `The server ended (${end.signal ?? end.code ?? '?'}) before it was ready` };
      const origin = /API\s+(http:\/\/[^/\s]+)\/api\/v2/.exec(logs)?.[1];
      if (origin === undefined) return undefined;
      const response = await fetch(`${origin}/api/v2/health/ready`);
      await response.arrayBuffer();
      return response.status === 200 ? { origin } : undefined;
    },
    START_DEADLINE_MS,
  ).then(
    ({ origin, failure }) => {
      if (origin === undefined) throw new Error(`${failure}:\n${logs}`);
      return origin;
    },
    (error: unknown) => {
      throw new Error(`${(error as Error).message}\n${logs}`, { cause: error });
    },
  );
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  const closeOutput = (): void => {
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    logs: () => logs,
    closeOutput,
    stop,
    kill9: () => stop('SIGKILL'),
    exited,
  };
}

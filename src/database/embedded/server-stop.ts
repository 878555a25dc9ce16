import { setTimeout as wait } from 'node:timers/promises';
import { launchError } from './launch-error.js';
import { findPostmaster, isServerOf } from './postmaster.js';
import { isAlive } from './process-identity.js';
import { findProcesses } from './process-list.js';

/** The signals of PostgreSQL's shutdown modes "fast" and "immediate", and how long each is given. */
const STAGES = [
  { signal: 'SIGINT', patienceMs: 60_000 },
  { signal: 'SIGQUIT', patienceMs: 10_000 },
] as const;

/**
 * Stops the server on `clusterDir` and waits for its end; nothing to do if none runs. Fast mode ends the sessions and writes a
 * checkpoint. Should that hang, immediate mode loses nothing either: the next start replays the log.
 */
export async function stopServer(clusterDir: string, log: (message: string) => void): Promise<void> {
  // Also when its folder was deleted under it, pid file and all.
  const server =
    (await findPostmaster(clusterDir))?.process ??
    (await findProcesses((command) => isServerOf(command, clusterDir)))[0];
  if (server === undefined) return;
  for (const { signal, patienceMs } of STAGES) {
    try {
      process.kill(server.pid, signal);
    } catch {
      // It ended in between; the loop below sees that.
    }
    const deadlineMs = Date.now() + patienceMs;
    for (let pauseMs = 2; Date.now() < deadlineMs; pauseMs = Math.min(50, pauseMs * 1.5)) {
      if (!(await isAlive(server))) return;
      await wait(pauseMs);
    }
    log(`PostgreSQL (process ${server.pid}) has not obeyed ${signal} for ${patienceMs / 1000} s`);
  }
  throw launchError(`PostgreSQL (process ${server.pid}) cannot be stopped.`);
}

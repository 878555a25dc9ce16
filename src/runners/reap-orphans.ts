/** Cleans up after an earlier server of this machine that died together with its executor. */
import { setTimeout as delay } from 'node:timers/promises';
import { environmentValue, listProcesses, sharesPidNamespace, startTicks } from './executor/process-table.js';
import { EXECUTOR_VARIABLE } from './executor/run-marks.js';

const GIVE_UP_MS = 2000;
const PAUSE_MS = 10;

/**
 * Kills every process that was started by an executor which is no longer alive, and resolves with their number. Processes
 * of a living executor (another server on this machine) are never touched: an executor is named by its pid and its start
 * time, so a new process under an old pid is not mistaken for it. Processes in another pid namespace are left alone, since
 * the pid of their executor means nothing here. Without /proc (macOS) nothing can be recognised and the number is 0.
 */
export async function reapOrphans(): Promise<number> {
  const killed = new Set<number>();
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    const orphans = (await listProcesses()).filter(({ pid }) => isOrphan(pid));
    for (const { pid } of orphans) {
      if (kill(pid)) killed.add(pid);
    }
    if (orphans.length === 0 || Date.now() > deadline) return killed.size;
    await delay(PAUSE_MS);
  }
}

function isOrphan(pid: number): boolean {
  const executor = environmentValue(pid, EXECUTOR_VARIABLE);
  if (executor === null || pid === process.pid) return false;
  const [executorPid = '', ticks = ''] = executor.split(':');
  return startTicks(Number(executorPid)) !== ticks && sharesPidNamespace(pid);
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false; // it has just ended, or belongs to another user
  }
}

/**
 * Kills all processes of a run. A process group alone is not enough: a child that called setsid has left it. So the group,
 * the session, the descendants and every process that was started with the run's environment are looked for, again and
 * again until none is left. Out of reach is only a process that left the group, lost its parent AND emptied its environment.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { hasEnvironment, listProcesses, type ProcessEntry } from './process-table.js';

/** Searching and killing ends after this time, whatever is left. */
const GIVE_UP_MS = 2000;
const PAUSE_MS = 5;

/** Which processes belong to a run. */
export interface TreeMarks {
  /** The leader of the run's process group; null when there is none. */
  leaderPid: number | null;
  /** `NAME=value` entries; a process that was started with all of them belongs to the run. */
  environment: readonly string[];
}

/** Kills everything that belongs to the run, and resolves with the number of processes that would not die (0 as a rule). */
export async function killTree(marks: TreeMarks): Promise<number> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    const members = membersOf(await listProcesses(), marks);
    for (const pid of members) signal(pid, 'SIGKILL');
    if (members.length === 0 || Date.now() > deadline) return members.length;
    await delay(PAUSE_MS);
  }
}

/** Sends a signal to a whole process group. False when the group is empty. */
export function signalGroup(leaderPid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  return signal(-leaderPid, name);
}

/** The pids of the run's processes. Exported for its test. */
export function membersOf(
  entries: readonly ProcessEntry[],
  marks: TreeMarks,
  isMarked: (pid: number) => boolean = (pid) => hasEnvironment(pid, marks.environment),
): number[] {
  const members = new Set<number>();
  const leader = marks.leaderPid;
  for (const { pid, groupId, sessionId } of entries) {
    if (pid === process.pid) continue;
    if (leader !== null && (groupId === leader || sessionId === leader)) members.add(pid);
    else if (isMarked(pid)) members.add(pid);
  }
  addDescendants(entries, members);
  return [...members];
}

function addDescendants(entries: readonly ProcessEntry[], members: Set<number>): void {
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const { pid, parentPid } of entries) {
      if (members.has(parentPid) && pid !== process.pid) members.add(pid);
    }
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    // ESRCH: it has ended. EPERM: the run changed its user and is out of our hands; on macOS also a group of zombies.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) return false;
    throw error;
  }
}

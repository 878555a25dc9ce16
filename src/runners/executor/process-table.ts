/** Reads the processes of this machine: from /proc on Linux, from `ps` elsewhere. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

/** One process; zombies are left out. */
export interface ProcessEntry {
  pid: number;
  parentPid: number;
  groupId: number;
  /** 0 where the system does not tell. */
  sessionId: number;
}

const HAS_PROC = process.platform === 'linux';

/** All living processes that can be seen. */
export async function listProcesses(): Promise<ProcessEntry[]> {
  if (!HAS_PROC) return listWithPs();
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const fields = statFields(pid);
    if (!fields) continue;
    const [, parentPid, groupId, sessionId] = fields;
    entries.push({ pid, parentPid: Number(parentPid), groupId: Number(groupId), sessionId: Number(sessionId) });
  }
  return entries;
}

/** The value of an environment variable that `pid` was started with; null when it has none or it cannot be read. */
export function environmentValue(pid: number, name: string): string | null {
  const environment = environmentOf(pid);
  const start = environment.indexOf(`\0${name}=`);
  if (start < 0) return null;
  const valueStart = start + name.length + 2;
  return environment.slice(valueStart, environment.indexOf('\0', valueStart));
}

/** Whether `pid` was started with all of these `NAME=value` entries. Always false where there is no /proc. */
export function hasEnvironment(pid: number, marks: readonly string[]): boolean {
  if (marks.length === 0) return false;
  const environment = environmentOf(pid);
  return marks.every((mark) => environment.includes(`\0${mark}\0`));
}

/**
 * When `pid` started, in clock ticks since boot, as text (proc(5), `stat` field 22): with the pid it names one process for
 * good, because pids are used again. Null when there is no such process, when it is a zombie (in a container without an
 * init process the dead stay in the table), or where there is no /proc.
 */
export function startTicks(pid: number): string | null {
  return statFields(pid)?.[19] ?? null;
}

/** Whether `pid` counts pids as we do: a process in a container has other numbers for itself than we see. */
export function sharesPidNamespace(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) === readlinkSync('/proc/self/ns/pid');
  } catch {
    return false; // gone, or not ours to look at
  }
}

/** The fields of /proc/<pid>/stat from the third on: state, parent, group, session, …; null for the dead. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name in parentheses and may itself hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields;
  } catch {
    return null; // it ended in the meantime
  }
}

/** The environment with a NUL before and after each entry; empty when it cannot be read. */
function environmentOf(pid: number): string {
  if (!HAS_PROC) return '';
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}\0`;
  } catch {
    return ''; // it ended in the meantime, or belongs to another user
  }
}

async function listWithPs(): Promise<ProcessEntry[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid, parentPid, groupId, state] = line.trim().split(/\s+/);
    if (!state || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parentPid: Number(parentPid), groupId: Number(groupId), sessionId: 0 }];
  });
}

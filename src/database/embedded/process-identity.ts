// Owns the question "is this still the same process?". A pid alone does not answer it: kill(pid, 0) also succeeds for
// zombies, and pids are reused, quickly so in containers.
import { readFile } from 'node:fs/promises';
import { runAs } from './run-as.js';

/** A process, told apart from a later one with the same pid by when it was born. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: on Linux boot id and start tick, elsewhere the start time in whole seconds. Only ever compared. */
  readonly born: string;
}

/** A live process and its command line, arguments joined by blanks. */
export interface LiveProcess extends ProcessIdentity {
  readonly command: string;
}

/** Looks a live process up; undefined if there is none with this pid or only its zombie is left. */
export async function inspectProcess(pid: number): Promise<LiveProcess | undefined> {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return process.platform === 'linux' ? inspectByProc(pid) : inspectByPs(pid);
}

/** True if exactly this process, not a successor with its pid, still runs. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await inspectProcess(identity.pid))?.born === identity.born;
}

let own: Promise<ProcessIdentity> | undefined;
/** Start ticks count from the boot: after another one, the same tick is another process. */
let boot: Promise<string> | undefined;

/** The identity of this process. */
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= inspectProcess(process.pid).then((live) => {
    if (live === undefined) throw new Error(`Process ${process.pid} cannot look itself up.`);
    return { pid: live.pid, born: live.born };
  });
  return own;
}

/** The command line of a pid from /proc (Linux only), arguments joined by blanks; empty if there is none. */
export async function commandOf(pid: number): Promise<string> {
  return (await readOrEmpty(`/proc/${pid}/cmdline`)).split('\0').join(' ').trim();
}

async function inspectByProc(pid: number): Promise<LiveProcess | undefined> {
  boot ??= readOrEmpty('/proc/sys/kernel/random/boot_id');
  const [stat, command, bootId] = await Promise.all([readOrEmpty(`/proc/${pid}/stat`), commandOf(pid), boot]);
  // proc(5): the name in parentheses may hold anything, so count from the last one; state is field 3, starttime 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTick = fields[19];
  if (stat === '' || startTick === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid, born: `${bootId.trim()}/${startTick}`, command };
}

async function inspectByPs(pid: number): Promise<LiveProcess | undefined> {
  const { output } = await runAs(undefined, 'ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)]);
  const found = /^\s*(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/m.exec(output);
  if (found === null || found[1]?.startsWith('Z') === true) return undefined;
  return { pid, born: (found[2] ?? '').replace(/\s+/g, ' '), command: (found[3] ?? '').trim() };
}

function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

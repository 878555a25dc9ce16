// What Linux says of a process. Elsewhere the figures are NaN and the parts that need them stay undecided.
import { execFileSync } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';

/** Resident memory in MiB. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kb === undefined ? NaN : Number(kb) / 1024;
}

/** CPU time that the process has used, user and system, in milliseconds. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11] ?? NaN) + Number(fields[12] ?? NaN)) * 1000) / ticksPerSecond();
}

/** Ids of the children of a process. */
export async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  return lists
    .join(' ')
    .split(/\s+/)
    .filter((id) => id !== '')
    .map(Number);
}

let ticks = 0;

function ticksPerSecond(): number {
  if (ticks === 0) ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}

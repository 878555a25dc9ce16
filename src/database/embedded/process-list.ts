import { readdir } from 'node:fs/promises';
import { commandOf, inspectProcess, type LiveProcess } from './process-identity.js';
import { runAs } from './run-as.js';

/** All live processes whose command line, or the title they gave themselves, satisfies `matches`. */
export async function findProcesses(matches: (command: string) => boolean): Promise<LiveProcess[]> {
  const pids = process.platform === 'linux' ? await matchesInProc(matches) : await matchesInPs(matches);
  const found = await Promise.all(pids.map(inspectProcess));
  // Again, because between the two looks a pid may have got another owner.
  return found.filter((live) => live !== undefined).filter(({ command }) => matches(command));
}

async function matchesInProc(matches: (command: string) => boolean): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const commands = await Promise.all(pids.map(commandOf));
  return pids.filter((_pid, index) => matches(commands[index] ?? ''));
}

async function matchesInPs(matches: (command: string) => boolean): Promise<number[]> {
  const { output } = await runAs(undefined, 'ps', ['-axo', 'pid=,command=']);
  const lines = [...output.matchAll(/^\s*(\d+)\s+(.*)$/gm)];
  return lines.filter((line) => matches((line[2] ?? '').trim())).map((line) => Number(line[1]));
}

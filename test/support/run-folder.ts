// Owns the one folder under which a test run keeps everything temporary: databases, data folders, scripts. Worker processes
// have it as TMPDIR, and whatever they start inherits that, so that at the end a process that was left behind betrays itself.
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectProcess, type LiveProcess } from '../../src/database/embedded/process-identity.js';
import { findProcesses } from '../../src/database/embedded/process-list.js';

const PREFIX = 'carillon-tests-';

/** Makes the folder and points TMPDIR of this process and those it starts to it. Readable for all: PostgreSQL may run as another user. */
export async function openRunFolder(): Promise<string> {
  await dropAbandonedRuns(tmpdir());
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`)));
  await chmod(folder, 0o755);
  process.env['TMPDIR'] = folder;
  return folder;
}

/** A new empty folder for one test, which all users may enter. It goes with the run; removing it earlier is welcome. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
  await chmod(folder, 0o755);
  return folder;
}

/** Processes, this one aside, that name the folder in their command line or were given it in their environment. */
export async function processesOf(folder: string): Promise<LiveProcess[]> {
  const found: LiveProcess[] = [];
  for (const live of await findProcesses(() => true)) {
    if (live.pid === process.pid) continue;
    const environment = await readFile(`/proc/${live.pid}/environ`, 'utf8').catch(() => '');
    if (live.command.includes(folder) || environment.includes(`TMPDIR=${folder}`)) found.push(live);
  }
  return found;
}

/** Removes a folder and kills what still runs in it. Returns the command lines of those processes. */
export async function closeFolder(folder: string): Promise<string[]> {
  const left = await processesOf(folder);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  return left.map(({ pid, command }) => `${pid} ${command}`);
}

/** Runs that were killed could not tidy up; the next one does it for them. */
async function dropAbandonedRuns(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : NaN;
    if (Number.isNaN(pid) || (await inspectProcess(pid)) !== undefined) continue;
    const folder = join(parent, name);
    if ((await stat(folder)).uid === process.getuid?.()) await closeFolder(folder);
  }
}

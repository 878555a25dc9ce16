// Owns mutual exclusion between processes on one folder, so that only one at a time starts, stops or repairs the database.
//
// The lock is a row of numbered symbolic links, each naming its holder (symlink(2) creates name and content in one step,
// so a half-written holder cannot be seen). The highest number counts. It is free when its holder has marked it released
// or is dead, and both are final; whoever then creates the next number holds the lock. Nothing that could be alive is ever
// deleted, so the classic race of lock files (two find a dead owner, the slower deletes the lock of the faster) is absent.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readlink, rename, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errnoOf, launchError } from './launch-error.js';
import { isAlive, ownIdentity } from './process-identity.js';
import { holderOf, nameHolder } from './holder.js';

const RELEASED = 'released';

/** Numbers this far behind are deleted. The distance keeps one who slept between listing and creating from reusing one unseen. */
const KEPT_GENERATIONS = 16;

/** How to wait for a lock that another process holds. */
export interface FolderLockOptions {
  /** Called once if the lock has not been had after three seconds. */
  readonly onWait?: (holderPid: number) => void;
  /** Default ten minutes: the holder may be recovering a big database. */
  readonly deadlineMs?: number;
}

/** Runs `work` while no other process (or other call in this one) holds the lock of `folder`, which is made if missing. */
export async function withFolderLock<T>(
  folder: string,
  work: () => Promise<T>,
  options: FolderLockOptions = {},
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const mine = await take(folder, options);
  try {
    return await work();
  } finally {
    const marker = join(folder, `${mine}.${randomBytes(4).toString('hex')}`);
    await symlink(RELEASED, marker);
    await rename(marker, join(folder, String(mine)));
  }
}

async function take(folder: string, options: FolderLockOptions): Promise<number> {
  const me = nameHolder(await ownIdentity());
  const beganMs = Date.now();
  let told = false;
  for (;;) {
    const latest = await latestGeneration(folder);
    const holderPid = await livingHolder(folder, latest);
    if (holderPid === undefined) {
      if (await claim(folder, latest + 1, me)) return latest + 1;
      continue;
    }
    const waitedMs = Date.now() - beganMs;
    if (waitedMs > (options.deadlineMs ?? 600_000)) {
      throw launchError(
        `Process ${holderPid} has held the lock ${JSON.stringify(folder)} for ${Math.round(waitedMs / 1000)} s.`,
      );
    }
    if (!told && waitedMs > 3_000) {
      told = true;
      options.onWait?.(holderPid);
    }
    await wait(10 + Math.random() * 20);
  }
}

async function claim(folder: string, generation: number, me: string): Promise<boolean> {
  const path = join(folder, String(generation));
  try {
    await symlink(me, path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
  // Had this number been used and deleted while we were not looking, higher ones exist: it was not ours to take.
  if ((await latestGeneration(folder)) !== generation) {
    await unlink(path).catch(() => undefined);
    return false;
  }
  for (const name of await readdir(folder)) {
    if (Number.parseInt(name, 10) <= generation - KEPT_GENERATIONS)
      await unlink(join(folder, name)).catch(() => undefined);
  }
  return true;
}

async function latestGeneration(folder: string): Promise<number> {
  const names = await readdir(folder);
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number));
}

async function livingHolder(folder: string, generation: number): Promise<number | undefined> {
  if (generation === 0) return undefined;
  const text = await readlink(join(folder, String(generation))).catch(() => RELEASED);
  const holder = holderOf(text);
  return holder !== undefined && (await isAlive(holder)) ? holder.pid : undefined;
}

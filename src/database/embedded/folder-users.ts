// Owns the list of processes that use a data folder. Every call is made under the folder's lock.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './launch-error.js';
import { holderOf, nameHolder } from './holder.js';
import { isAlive, ownIdentity } from './process-identity.js';

/** Adds this process and returns the name of its entry. A process may join more than once. */
export async function joinFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const me = await ownIdentity();
  const entry = `${me.pid}-${randomBytes(6).toString('hex')}`;
  await symlink(nameHolder(me), join(folder, entry));
  return entry;
}

/** Takes an entry away; no error if it is gone. */
export async function leaveFolder(folder: string, entry: string): Promise<void> {
  await unlink(join(folder, entry)).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}

/** Counts the entries of living processes and drops those of the dead, who had no chance to leave (kill -9). */
export async function countUsers(folder: string): Promise<number> {
  let count = 0;
  for (const entry of await readdir(folder).catch(() => [])) {
    const user = holderOf(await readlink(join(folder, entry)).catch(() => ''));
    if (user !== undefined && (await isAlive(user))) count += 1;
    else await leaveFolder(folder, entry);
  }
  return count;
}

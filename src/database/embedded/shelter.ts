// Owns the choice of the folder for what the server's user must reach, and the unfinished things in it.
import { createHash } from 'node:crypto';
import { chmod, chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { launchError } from './launch-error.js';
import type { ServerUser } from './run-as.js';
import { canUse, giveTo, isRoot } from './server-user.js';

/** System folders that outlive reboots, for a root whose data folder no other user can enter. */
const SHELTERS = ['/var/lib', '/opt', '/srv'];

/** The folder for what `user` must reach: the data folder itself, or a system folder if a folder above it is closed. */
export async function shelterFor(user: ServerUser | undefined, dataDir: string): Promise<string> {
  if (user === undefined) return dataDir;
  if ((await isReachable(user, dataDir, dataDir)) || (await openTo(user, dataDir))) return dataDir;
  for (const candidate of SHELTERS) if (await isReachable(user, candidate, dataDir)) return candidate;
  throw launchError(
    `PostgreSQL refuses to run as root, and the user ${user.name} can reach neither ${JSON.stringify(dataDir)} nor any of ${SHELTERS.join(', ')}. ` +
      'Set DATA_DIR to a folder whose parents all users may enter.',
  );
}

async function isReachable(user: ServerUser, folder: string, dataDir: string): Promise<boolean> {
  const probe = await mkdtemp(join(folder, draftPrefix(dataDir))).catch(() => undefined);
  if (probe === undefined) return false;
  try {
    await giveTo(user, probe);
    return await canUse(user, probe);
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

/**
 * Lets the user pass through a data folder that is root's alone, as `mktemp -d` or umask 077 make it; but not list it, and
 * nobody else. Undone, with false, if that does not help because a folder above it, which is not ours to open, is closed too.
 */
async function openTo(user: ServerUser, dataDir: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(dataDir);
  if (uid !== 0 || gid !== 0) return false;
  await chown(dataDir, uid, user.gid);
  await chmod(dataDir, (mode & 0o7707) | 0o010);
  if (await isReachable(user, dataDir, dataDir)) return true;
  await chown(dataDir, uid, gid);
  await chmod(dataDir, mode & 0o7777);
  return false;
}

/** Drafts left by a process that was killed while making the database. Safe under the lock: nobody else makes one now. */
export async function dropDrafts(dataDir: string): Promise<void> {
  for (const folder of isRoot() ? [dataDir, ...SHELTERS] : [dataDir]) {
    for (const name of await readdir(folder).catch(() => [])) {
      // initdb may outlive its maker for a moment and still write while we remove (ENOTEMPTY): then try again.
      if (name.startsWith(draftPrefix(dataDir)))
        await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }
  }
}

/** Names the data folder, because system folders hold drafts of others too. */
export function draftPrefix(dataDir: string): string {
  return `carillon-draft-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}-`;
}

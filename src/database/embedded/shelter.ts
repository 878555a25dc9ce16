// Owns the choice of the folder for what the server's user must reach, and the unfinished things in it.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { launchError } from './launch-error.js';
import type { ServerUser } from './run-as.js';
import { canUse, giveTo, isRoot } from './server-user.js';

/** System folders that outlive reboots, for a root whose data folder no other user can enter. */
const SHELTERS = ['/var/lib', '/opt', '/srv'];

/** The folder for what `user` must reach: the data folder itself, or a system folder if a folder above it is closed. */
export async function shelterFor(user: ServerUser | undefined, dataDir: string): Promise<string> {
  if (user === undefined) return dataDir;
  for (const candidate of [dataDir, ...SHELTERS]) {
    const probe = await mkdtemp(join(candidate, draftPrefix(dataDir))).catch(() => undefined);
    if (probe === undefined) continue;
    try {
      await giveTo(user, probe);
      if (await canUse(user, probe)) return candidate;
    } finally {
      await rm(probe, { recursive: true, force: true });
    }
  }
  throw launchError(
    `PostgreSQL refuses to run as root, and the user ${user.name} can reach neither ${JSON.stringify(dataDir)} nor any of ${SHELTERS.join(', ')}. ` +
      'Set DATA_DIR to a folder whose parents all users may enter.',
  );
}

/** Drafts left by a process that was killed while making the database. Safe under the lock: nobody else makes one now. */
export async function dropDrafts(dataDir: string): Promise<void> {
  for (const folder of isRoot() ? [dataDir, ...SHELTERS] : [dataDir]) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.startsWith(draftPrefix(dataDir))) await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

/** Names the data folder, because system folders hold drafts of others too. */
export function draftPrefix(dataDir: string): string {
  return `carillon-draft-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}-`;
}

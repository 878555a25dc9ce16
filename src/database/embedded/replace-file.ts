import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { ServerUser } from './run-as.js';

/**
 * Writes a file of mode 0600 for `user`, whole or not at all. Always a new file that takes the place of the old: as root we
 * write into a folder of a less trusted user, who might have put a link to somebody else's file there.
 */
export async function replaceFile(path: string, content: string, user: ServerUser | undefined): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    if (user !== undefined) await handle.chown(user.uid, user.gid);
    await handle.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(draft, path);
}

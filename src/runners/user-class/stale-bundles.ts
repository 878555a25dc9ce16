import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes files of `folder` that nothing has written or renewed for `ageMs`. A bundle that is still wanted is made again by whoever misses
 * it. A folder or file that is not there (any more) is no error.
 */
export async function removeStaleBundles(folder: string, ageMs: number): Promise<number> {
  const before = Date.now() - ageMs;
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found?.isFile() !== true || found.mtimeMs >= before) continue;
    await rm(file, { force: true });
    removed++;
  }
  return removed;
}

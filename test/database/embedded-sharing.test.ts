import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFile, symlink, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withFolderLock } from '../../src/database/embedded/folder-lock.js';
import { preparedDataFolder, queryOnce, removeDataFolder, serverPid, startUser } from '../support/embedded-user.js';

describe('processes on one data folder', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await preparedDataFolder();
  });
  afterEach(() => removeDataFolder(dataDir));

  it('make one database when four start at once, and the last one out stops it', async () => {
    await removeDataFolder(dataDir);
    const users = await Promise.all([1, 2, 3, 4].map(() => startUser(dataDir)));
    expect(users.map(({ started }) => started).sort()).toEqual([
      'initialised',
      'reattached',
      'reattached',
      'reattached',
    ]);
    expect(new Set(users.map(({ url }) => url)).size).toBe(1);
    const pid = await serverPid(dataDir);
    for (const [index, user] of users.entries()) {
      expect(await queryOnce(user.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await user.release();
      expect(await serverPid(dataDir)).toBe(index < 3 ? pid : undefined);
    }
  });

  it('may start, stop and be killed in any order without ever losing the database under one that holds it', async () => {
    const rounds = async (worker: number): Promise<void> => {
      for (let round = 0; round < 5; round += 1) {
        const user = await startUser(dataDir);
        expect(await queryOnce(user.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        if ((worker + round) % 4 === 0) await user.kill9();
        else await user.release();
      }
    };
    await Promise.all([0, 1, 2, 3].map(rounds));
    await (await startUser(dataDir)).release();
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  it('count a killed one as gone', async () => {
    const [one, other] = await Promise.all([startUser(dataDir), startUser(dataDir)] as const);
    await one.kill9();
    await other.release();
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  it('take the folder lock one at a time, also when all find a dead holder at once', async () => {
    const folder = join(dataDir, 'lock');
    const counter = join(dataDir, 'counter');
    await writeFile(counter, '0');
    for (let round = 1; round <= 5; round += 1) {
      await mkdir(folder, { recursive: true });
      // The next number, held by a process that never lived.
      await symlink('4194304@never', join(folder, String(round * 100)));
      await Promise.all(
        Array.from({ length: 20 }, () =>
          withFolderLock(folder, async () => {
            const read = Number(await readFile(counter, 'utf8'));
            await writeFile(counter, String(read + 1));
          }),
        ),
      );
    }
    expect(await readFile(counter, 'utf8')).toBe('100');
  });
});

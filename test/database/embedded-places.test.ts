// Where people put things: closed homes, read-only installs, odd paths, folders that cannot work.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chmod, chown, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findPackage } from '../../src/database/embedded/binaries.js';
import { acquireEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { runAs } from '../../src/database/embedded/run-as.js';
import { inspectProcess } from '../../src/database/embedded/process-identity.js';
import {
  buildProgram,
  preparedDataFolder,
  queryOnce,
  removeDataFolder,
  serverPid,
  startUser,
} from '../support/embedded-user.js';
import { temporaryFolder } from '../support/run-folder.js';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };

describe('embedded PostgreSQL in', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder('place');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (dataDir: string) => acquireEmbeddedPostgres({ dataDir, log: () => undefined });

  it('a path with blanks, quotes and letters of other scripts, longer than a socket path may be', async () => {
    const dataDir = join(folder, `Łódź 'data' "x" 数据`, 'y'.repeat(110));
    const user = await startUser(dataDir);
    expect(await queryOnce(user.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await user.release();
    const again = await startUser(dataDir);
    expect(again.started).toBe('started');
    await again.release();
    await removeDataFolder(dataDir);
  });

  it.runIf(isRoot)('any folder runs as another user when we are root', async () => {
    const dataDir = await preparedDataFolder();
    const user = await startUser(dataDir);
    const pid = (await serverPid(dataDir)) ?? 0;
    const { uid } = await stat(join(dataDir, 'postgres'));
    expect(uid).not.toBe(0);
    expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\t${uid}\\t${uid}\\t`, 'm'));
    await user.release();
    await removeDataFolder(dataDir);
  });

  it.runIf(isRoot)("a data folder that is root's alone stays there, opened to the server and nobody else", async () => {
    const dataDir = join(folder, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    const user = await startUser(dataDir);
    expect(await realpath(join(dataDir, 'postgres'))).toBe(join(dataDir, 'postgres'));
    expect((await stat(dataDir)).mode & 0o777).toBe(0o710);
    await user.release();
    await removeDataFolder(dataDir);
  });

  it.runIf(isRoot)('a home closed to all but root is kept and served from a system folder', async () => {
    await chmod(folder, 0o700);
    const modules = await installAgain(join(folder, 'node_modules'));
    const program = await buildProgram(modules);
    const before = await readdir('/var/lib');
    const dataDir = join(folder, 'data');
    const user = await startUser(dataDir, { program });
    const place = await realpath(join(dataDir, 'postgres'));
    expect(dirname(place)).toBe('/var/lib');
    expect((await stat(dataDir)).mode & 0o777).toBe(0o755);
    expect((await inspectProcess((await serverPid(dataDir)) ?? 0))?.command).toMatch(
      /^\/var\/lib\/carillon-postgresql-/,
    );
    await user.release();
    const again = await startUser(dataDir, { program });
    expect(again.started).toBe('started');
    await again.release();
    await removeDataFolder(dataDir);
    const binaries = (await readdir('/var/lib')).filter((name) => name.startsWith('carillon-postgresql-'));
    for (const name of binaries) if (!before.includes(name)) await rm(join('/var/lib', name), { recursive: true });
    await expect(stat(place)).rejects.toThrow('ENOENT');
  });

  it.runIf(isRoot)(
    'a folder of a normal user, with a read-only install made without scripts, works for that user and then for root',
    async () => {
      const program = await buildProgram(await installAgain(join(folder, 'node_modules')));
      const dataDir = join(folder, 'data');
      await mkdir(dataDir);
      await chown(dataDir, nobody.uid, nobody.gid);
      const user = await startUser(dataDir, { program, account: nobody });
      expect(user.started).toBe('initialised');
      expect((await readdir(dataDir)).filter((name) => name.startsWith('carillon-postgresql-'))).toHaveLength(1);
      await user.release();
      const root = await startUser(dataDir, { program });
      expect(root.started).toBe('started');
      expect((await stat(join(dataDir, 'postgres'))).uid).toBe(nobody.uid);
      await root.release();
      const back = await startUser(dataDir, { program, account: nobody });
      expect(await queryOnce(back.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await back.release();
      await removeDataFolder(dataDir);
    },
  );

  it.runIf(isRoot)('a folder that this user may not write says so', async () => {
    await expect(startUser(join(folder, 'data'), { account: nobody })).rejects.toThrow(
      /cannot be used: this user may not write there.*DATA_DIR.*DATABASE_URL/s,
    );
    const dataDir = await preparedDataFolder();
    await expect(startUser(dataDir, { account: nobody })).rejects.toThrow(/may not write there|belongs to the user/);
    await removeDataFolder(dataDir);
  });

  it('a path through a file says so', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(start(join(folder, 'file', 'data'))).rejects.toThrow(/a part of the path is a file/);
    await expect(start(join(folder, 'file'))).rejects.toThrow(/a file is in the way/);
  });

  it('a relative path is refused', async () => {
    await expect(start('data')).rejects.toThrow('The data folder "data" is not an absolute path.');
  });

  it.each(['17', '19'])('a folder made by PostgreSQL %s names both versions and touches nothing', async (version) => {
    const dataDir = await preparedDataFolder();
    const file = join(dataDir, 'postgres', 'PG_VERSION');
    await writeFile(file, `${version}\n`);
    await expect(start(dataDir)).rejects.toThrow(
      new RegExp(`made by PostgreSQL ${version}; this program brings PostgreSQL 18.*DATABASE_URL`, 's'),
    );
    expect(await readFile(file, 'utf8')).toBe(`${version}\n`);
    await removeDataFolder(dataDir);
  });

  it('a folder with something else in the place of the database refuses to touch it', async () => {
    await mkdir(join(folder, 'postgres'));
    if (isRoot) await chown(join(folder, 'postgres'), nobody.uid, nobody.gid);
    await writeFile(join(folder, 'postgres', 'thesis.txt'), 'years of work');
    await expect(start(folder)).rejects.toThrow(/is not a PostgreSQL database/);
    expect(await readdir(join(folder, 'postgres'))).toEqual(['thesis.txt']);
  });

  it('a machine that no package exists for names the way out', async () => {
    await expect(findPackage('win32-x64')).rejects.toThrow(/no embedded PostgreSQL for win32-x64.*set DATABASE_URL/);
    await expect(findPackage('freebsd-x64')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

/** The package of this platform as npm leaves it with --ignore-scripts: without the links between its libraries. */
async function installAgain(modules: string): Promise<string> {
  const { root } = await findPackage();
  const from = dirname(root);
  const to = join(modules, '@embedded-postgres', basename(from));
  const links = (JSON.parse(await readFile(join(root, 'pg-symlinks.json'), 'utf8')) as { target: string }[]).map(
    ({ target }) => join(to, target),
  );
  await mkdir(dirname(to), { recursive: true });
  await runAs(undefined, 'cp', ['-r', from, to]);
  for (const link of links) await rm(link, { force: true });
  return modules;
}

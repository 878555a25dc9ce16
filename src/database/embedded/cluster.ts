// Owns the files of the database: where they lie, making them, and refusing those this PostgreSQL cannot serve.
import { randomBytes } from 'node:crypto';
import { appendFile, lstat, mkdtemp, open, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackage, prepareBinaries, type Binaries } from './binaries.js';
import { settingsFile } from './cluster-settings.js';
import { errnoOf, explainOutput, launchError } from './launch-error.js';
import { runAs, type ServerUser } from './run-as.js';
import { canUse, chooseUser, giveTo, ownerOf } from './server-user.js';
import { replaceFile } from './replace-file.js';
import { draftPrefix, dropDrafts, shelterFor } from './shelter.js';

/** A database on disk with the programs and the account to serve it. */
export interface Cluster {
  /** Canonical path. */
  readonly dir: string;
  readonly binaries: Binaries;
  readonly user: ServerUser | undefined;
  readonly password: string;
  readonly isNew: boolean;
}

/** Inside the database folder, so that it is made and moved together with the database; mode 0600. */
const PASSWORD_FILE = 'carillon.password';
const SETTINGS_FILE = 'carillon.conf';

/** Opens the database of `dataDir` (canonical), making it first if there is none. Called under the folder's lock. */
export async function openCluster(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
  log: (message: string) => void,
): Promise<Cluster> {
  await dropDrafts(dataDir);
  const path = join(dataDir, 'postgres');
  const isNew = (await lstat(path).catch(nullIfMissing)) === null;
  const found = await findPackage();
  const { dir, user, binaries } = isNew
    ? await create(dataDir, path, found, settings, log)
    : await adopt(dataDir, path, found);
  const password = (await readFile(join(dir, PASSWORD_FILE), 'utf8')).trim();
  await replaceFile(join(dir, SETTINGS_FILE), settingsFile(dir, settings), user);
  return { dir, binaries, user, password, isNew };
}

type Opened = Pick<Cluster, 'dir' | 'user' | 'binaries'>;

async function adopt(dataDir: string, path: string, found: Binaries): Promise<Opened> {
  const dir = await realpath(path).catch((error: unknown) => {
    throw launchError(
      `${JSON.stringify(path)} leads to a folder that is gone. Remove the link to start with an empty database.`,
      error,
    );
  });
  const user = await ownerOf(dir);
  const version = (await readFile(join(dir, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === '')
    throw launchError(
      `${JSON.stringify(dir)} is not a PostgreSQL database (no PG_VERSION). Move it away or set DATA_DIR to another folder.`,
    );
  if (version !== String(found.major)) {
    throw launchError(
      `The database in ${JSON.stringify(dir)} was made by PostgreSQL ${version}; this program brings PostgreSQL ${found.major}, which cannot read it. ` +
        `Start it with a release that brings ${version}, dump it there (pg_dump) and load the dump here; or set DATA_DIR to another folder.`,
    );
  }
  if (user !== undefined && !(await canUse(user, dir))) {
    throw launchError(
      `The user ${user.name}, who owns the database in ${JSON.stringify(dir)}, cannot enter that folder: a folder above it is closed.`,
    );
  }
  return { dir, user, binaries: await prepareBinaries(found, user, () => shelterFor(user, dataDir)) };
}

async function create(
  dataDir: string,
  path: string,
  found: Binaries,
  settings: Readonly<Record<string, string>>,
  log: (message: string) => void,
): Promise<Opened> {
  const user = await chooseUser();
  const home = await shelterFor(user, dataDir);
  const binaries = await prepareBinaries(found, user, () => Promise.resolve(home));
  log(`Creating a database in ${path}`);
  const draft = await mkdtemp(join(home, draftPrefix(dataDir)));
  try {
    await giveTo(user, draft);
    await initialise(draft, binaries, user, settings['fsync'] === 'off');
    if (home === dataDir) {
      await rename(draft, path);
    } else {
      const sheltered = join(home, `carillon-${randomBytes(6).toString('hex')}`);
      await rename(draft, sheltered);
      await symlink(sheltered, path);
      log(`The user ${user?.name ?? ''} cannot enter ${dataDir}: the database is in ${sheltered}, ${path} links to it`);
    }
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await flushFolder(dataDir);
  return { dir: await realpath(path), user, binaries };
}

async function initialise(
  dir: string,
  binaries: Binaries,
  user: ServerUser | undefined,
  isVolatile: boolean,
): Promise<void> {
  const passwordFile = `${dir}.password`;
  await replaceFile(passwordFile, randomBytes(24).toString('hex'), user);
  try {
    // prettier-ignore
    const { code, output } = await runAs(user, join(binaries.root, 'bin', 'initdb'), [
      '--pgdata', dir, '--username', 'carillon', '--auth', 'scram-sha-256', '--pwfile', passwordFile, '--encoding', 'UTF8',
      '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-instructions',
      ...(isVolatile ? ['--no-sync'] : []),
    ]);
    if (code !== 0) throw explainOutput(`initdb failed in ${JSON.stringify(dir)}`, output);
    await rename(passwordFile, join(dir, PASSWORD_FILE));
    await appendFile(join(dir, 'postgresql.conf'), `\ninclude_if_exists '${SETTINGS_FILE}'\n`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Makes the renamed entry survive a power cut. */
async function flushFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nullIfMissing(error: unknown): null {
  if (errnoOf(error) === 'ENOENT') return null;
  throw error;
}

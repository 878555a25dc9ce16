// Owns the choice of the account that PostgreSQL runs as: it refuses to run as root.
import { lchown, stat } from 'node:fs/promises';
import { launchError } from './launch-error.js';
import { runAs, type ServerUser } from './run-as.js';

/** True if this process may, and must, start PostgreSQL under another account. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** For a new database: `postgres`, else `nobody`, when we are root; undefined (ourselves) when we are not. */
export async function chooseUser(): Promise<ServerUser | undefined> {
  if (!isRoot()) return undefined;
  const user = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (user !== undefined) return user;
  throw launchError(
    'PostgreSQL refuses to run as root and this machine has neither a user postgres nor nobody to run it as. ' +
      'Add one (useradd --system postgres) or start as a normal user.',
  );
}

/** For a database that exists: its owner, because PostgreSQL insists on that. */
export async function ownerOf(clusterDir: string): Promise<ServerUser | undefined> {
  const { uid, gid } = await stat(clusterDir);
  if (uid === process.getuid?.() && uid !== 0) return undefined;
  if (!isRoot()) {
    throw launchError(
      `The database in ${JSON.stringify(clusterDir)} belongs to the user with uid ${uid}, not to uid ${process.getuid?.() ?? '?'} that ` +
        'runs this. Start as that user (or as root), or set DATA_DIR to a folder of your own.',
    );
  }
  if (uid === 0) {
    throw launchError(
      `The database in ${JSON.stringify(clusterDir)} belongs to root, as whom PostgreSQL refuses to run. Give it to another user ` +
        `(chown -R postgres: ${JSON.stringify(clusterDir)}).`,
    );
  }
  const name = (await runAs(undefined, 'id', ['-un', String(uid)])).output.trim();
  return { uid, gid, name };
}

/** True if `user` can enter and write `dir`: asked of the system itself, which knows of ACLs, mounts and parents. */
export async function canUse(user: ServerUser, dir: string): Promise<boolean> {
  return (await runAs(user, 'sh', ['-c', 'cd -- "$1" && test -w .', 'sh', dir])).code === 0;
}

/** Makes `path` the user's own; nothing to do when there is no other user. */
export async function giveTo(user: ServerUser | undefined, path: string): Promise<void> {
  if (user !== undefined) await lchown(path, user.uid, user.gid);
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  const uid = await runAs(undefined, 'id', ['-u', name]);
  const gid = await runAs(undefined, 'id', ['-g', name]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  // Node wants 32 bits with a sign; macOS prints nobody (-2) as 4294967294.
  return { name, uid: Number(uid.output) | 0, gid: Number(gid.output) | 0 };
}

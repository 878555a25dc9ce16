// Owns the embedded database as the rest of the program sees it: one server per data folder, shared by all processes that
// use the folder, there from the first one's start to the last one's end. Refuses to know tables, pools or Nest.
import { mkdir, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { openCluster, type Cluster } from './cluster.js';
import { countUsers, joinFolder, leaveFolder } from './folder-users.js';
import { withFolderLock } from './folder-lock.js';
import { ensureDatabase } from './ensure-database.js';
import { explainFolderError, launchError } from './launch-error.js';
import { awaitReady, findPostmaster } from './postmaster.js';
import { boundLog } from './server-log.js';
import { startServer } from './server-start.js';
import { stopServer } from './server-stop.js';

/** Where the database lives, and who hears about it. */
export interface EmbeddedSettings {
  /** Absolute. The database is in `<dataDir>/postgres`, its log in `<dataDir>/logs/postgres.log`. */
  readonly dataDir: string;
  /** Gets the few lines that a person at the terminal may want to know. */
  readonly log: (message: string) => void;
  /** Further values for postgresql.conf; they take effect when this call starts the server, not when it finds it running. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How the server was found: made from nothing, started on existing data, or already running. */
export type EmbeddedStart = 'initialised' | 'started' | 'reattached';

/** This process's hold on the embedded database. */
export interface EmbeddedPostgres {
  /** `postgres://carillon:<password>@127.0.0.1:<port>/carillon` */
  readonly url: string;
  readonly started: EmbeddedStart;
  /** Stops the server if no other live process uses the folder, else leaves it to them. Calling it again does nothing. */
  release(): Promise<void>;
  /**
   * Starts the server again if it died, on the same port if that is still free, and returns the URL. Several processes may
   * call it at once. Throws `unavailable` if it cannot be started, or after `release`.
   */
  ensureRunning(): Promise<string>;
}

const LOG_CHECK_MS = 10_000;

/** Takes a hold on the database of a data folder, making and starting it as needed. Throws `unavailable` with what to do. */
export async function acquireEmbeddedPostgres(settings: EmbeddedSettings): Promise<EmbeddedPostgres> {
  if (!isAbsolute(settings.dataDir))
    throw launchError(`The data folder ${JSON.stringify(settings.dataDir)} is not an absolute path.`);
  try {
    await mkdir(settings.dataDir, { recursive: true, mode: 0o755 });
    // One name for one folder: processes compare it, and links to it may differ.
    return await acquire({ ...settings, dataDir: await realpath(settings.dataDir) });
  } catch (error) {
    throw explainFolderError(error, settings.dataDir);
  }
}

async function acquire(settings: EmbeddedSettings): Promise<EmbeddedPostgres> {
  const { dataDir, log } = settings;
  const logFile = join(dataDir, 'logs', 'postgres.log');
  const usersDir = join(dataDir, 'postgres-users');
  const locked = <T>(work: () => Promise<T>): Promise<T> =>
    withFolderLock(join(dataDir, 'postgres-lock'), work, {
      onWait: (pid) => log(`Waiting for process ${pid}, which is starting or stopping the database in ${dataDir}`),
    });

  const leave = async (entry: string, clusterDir: string | undefined): Promise<void> => {
    await leaveFolder(usersDir, entry);
    if (clusterDir !== undefined && (await countUsers(usersDir)) === 0) await stopServer(clusterDir, log);
  };

  const { entry, opened, first } = await locked(async () => {
    const mine = await joinFolder(usersDir);
    let cluster: Cluster | undefined;
    try {
      cluster = await openCluster(dataDir, settings.settings ?? {}, log);
      return { entry: mine, opened: cluster, first: await serve(cluster, logFile, log) };
    } catch (error) {
      await leave(mine, cluster?.dir).catch((second: unknown) =>
        log(`Cleaning up after a failed start: ${String(second)}`),
      );
      throw error;
    }
  });

  const cluster: Cluster = { ...opened, isNew: false };
  let url = first.url;
  let released: Promise<void> | undefined;
  const logTimer = setInterval(
    () => void boundLog(logFile).catch((error: unknown) => log(`${logFile}: ${String(error)}`)),
    LOG_CHECK_MS,
  );
  logTimer.unref();

  return {
    get url() {
      return url;
    },
    started: first.started,
    release() {
      clearInterval(logTimer);
      released ??= locked(() => leave(entry, cluster.dir));
      return released;
    },
    async ensureRunning() {
      if (released !== undefined) throw launchError('The embedded PostgreSQL was released by this process.');
      const found = await findPostmaster(cluster.dir);
      url =
        found?.status === 'ready' ? urlOf(cluster, found.port) : (await locked(() => serve(cluster, logFile, log))).url;
      return url;
    },
  };
}

/** Attaches to the server if one runs, else starts one. */
async function serve(
  cluster: Cluster,
  logFile: string,
  log: (message: string) => void,
): Promise<{ url: string; started: EmbeddedStart }> {
  const running = await awaitReady(cluster.dir, log);
  const postmaster = running ?? (await startServer(cluster, logFile, log));
  const url = urlOf(cluster, postmaster.port);
  await ensureDatabase(url, cluster.isNew && running === undefined);
  return { url, started: running !== undefined ? 'reattached' : cluster.isNew ? 'initialised' : 'started' };
}

function urlOf(cluster: Cluster, port: number): string {
  return `postgres://carillon:${cluster.password}@127.0.0.1:${port}/carillon`;
}

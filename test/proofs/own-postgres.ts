// A PostgreSQL of a proof's own, as durable as a real one, that can be broken.
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { acquireEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { findPostmaster } from '../../src/database/embedded/postmaster.js';
import { isAlive } from '../../src/database/embedded/process-identity.js';
import { removeDataFolder } from '../support/embedded-user.js';
import { temporaryFolder } from '../support/run-folder.js';
import { until } from '../support/until.js';

/** It. */
export interface OwnPostgres {
  readonly url: string;
  /** Rows of a statement; asks again while the server is away, for up to 60 s. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Ends `count` sessions of others, chosen by `pick` (from 0 to 1); answers how many there were to end. */
  terminateBackends(count: number, pick: () => number): Promise<number>;
  /** Stops it as `pg_ctl stop -m immediate` does, without a checkpoint, and starts it again on its port. */
  restartImmediately(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it, empty. To be closed. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = await temporaryFolder('own-postgres');
  const postgres = await acquireEmbeddedPostgres({ dataDir, log: () => undefined });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  pool.on('error', () => undefined);
  const sql: OwnPostgres['sql'] = async (text, values = []) =>
    (await until('the database answers', () => pool.query(text, values), 60_000)).rows as never;
  return {
    url: postgres.url,
    sql,
    terminateBackends: async (count, pick) => {
      const sessions = await sql<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid`,
      );
      const chosen = Array.from({ length: Math.min(count, sessions.length) }, () => {
        const [session] = sessions.splice(Math.floor(pick() * sessions.length), 1);
        return session?.pid ?? 0;
      });
      await sql('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [chosen]);
      return chosen.length;
    },
    restartImmediately: async () => {
      const server = (await findPostmaster(await realpath(join(dataDir, 'postgres'))))?.process;
      if (server === undefined) throw new Error('PostgreSQL does not run');
      process.kill(server.pid, 'SIGQUIT');
      await until('PostgreSQL has ended', async () => !(await isAlive(server)));
      // Whoever cuts sessions may cut the one by which the start is checked.
      const url = await until('PostgreSQL is back', () => postgres.ensureRunning(), 60_000);
      if (url !== postgres.url) throw new Error('PostgreSQL had to move to another port');
    },
    close: async () => {
      await pool.end();
      await postgres.release();
      await removeDataFolder(dataDir);
    },
  };
}

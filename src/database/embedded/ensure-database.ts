import pg from 'pg';
import { launchError } from './launch-error.js';

/** SQLSTATE of a connection to a database that does not exist. */
const UNKNOWN_DATABASE = '3D000';

/** Proves that the server answers at `url`. Creates the database of that name, also if a first start was cut short before it. */
export async function ensureDatabase(url: string, isNew: boolean): Promise<void> {
  try {
    if (isNew) await createDatabase(url);
    await withClient(url, (client) => client.query('SELECT 1'));
  } catch (error) {
    if (!isSqlState(error, UNKNOWN_DATABASE))
      throw launchError(`PostgreSQL runs but refuses us: ${(error as Error).message}.`, error);
    await createDatabase(url);
  }
}

async function createDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  const name = maintenance.pathname.slice(1);
  maintenance.pathname = '/postgres';
  await withClient(maintenance.href, (client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`));
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A broken connection rejects the call that meets it; without a listener the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end();
  }
}

function isSqlState(error: unknown, state: string): boolean {
  return error instanceof pg.DatabaseError && error.code === state;
}

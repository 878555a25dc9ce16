import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { until } from './until.js';

/** A database of its own for one test file, with the current schema and no rows. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it. Fails, after dropping it all the same, if connections to it are still open: somebody forgot to close a pool. */
  drop(): Promise<void>;
}

/** Clones the migrated template. Call it in `beforeAll` and `drop()` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`));
  const url = new URL(inject('adminUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      asAdmin(async (admin) => {
        // A closed socket takes a moment to reach the server; a forgotten one never does.
        const leak = await until(
          'no connection is left',
          async () => (await connectionsTo(admin, name)).length === 0,
          1_000,
        ).then(
          () => undefined,
          () => connectionsTo(admin, name),
        );
        await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        if (leak !== undefined && leak.length > 0) {
          throw new Error(`${leak.length} database connections were left open:\n${leak.join('\n')}`);
        }
      }),
  };
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: inject('adminUrl') });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function connectionsTo(admin: pg.Client, database: string): Promise<string[]> {
  const { rows } = await admin.query<{ line: string }>(
    `SELECT format('%s %s: %s', pid, coalesce(state, '?'), left(query, 200)) AS line
       FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
    [database],
  );
  return rows.map(({ line }) => line);
}

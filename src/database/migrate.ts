import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';
import { ensureTenantRole } from './tenant-role.js';
import { checkWalls } from './tenant-wall.js';

/** Advisory lock that every migrating process takes; the number is arbitrary but must never change. */
const MIGRATION_LOCK = 7_346_125_901;

/**
 * Brings the database at `url` to the current schema and returns the names of the migrations that were run. Replicas that start
 * at the same time wait for each other on an advisory lock. `url` must reach PostgreSQL itself, not a transaction pooler,
 * because the lock belongs to the session. Throws when tenants would not be kept apart: see `ensureTenantRole`, `checkWalls`.
 */
export async function migrate(url: string): Promise<string[]> {
  const source = new DataSource(dataSourceOptions(url, 2));
  await source.initialize();
  try {
    const holder = source.createQueryRunner();
    await holder.connect();
    try {
      await holder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      const done = await source.runMigrations();
      const run = (text: string, values?: unknown[]): Promise<unknown> => source.query(text, values);
      await ensureTenantRole(run);
      await checkWalls(run);
      return done.map((migration) => migration.name);
    } finally {
      await holder.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
      await holder.release();
    }
  } finally {
    await source.destroy();
  }
}

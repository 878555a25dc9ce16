// Checks that the migrations make what the entities say, and that they can be undone and done again.
// Usage: node dist/src/bin/check-schema.js [--url postgres://…]. Without --url on an embedded PostgreSQL that is thrown away; with it
// in that database, which must be empty: all of its Carillon tables are dropped on the way.
import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../app.entities.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { acquireEmbeddedPostgres } from '../database/embedded/embedded-postgres.js';
import { MIGRATIONS } from '../database/migrations/migrations.js';
import { compareSchema } from './schema-comparison.js';

async function check(url: string): Promise<string[]> {
  const source = await new DataSource(dataSourceOptions(url, 2, ENTITIES)).initialize();
  try {
    const tables = await source.query<unknown[]>(
      `SELECT 1 FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
    );
    if (tables.length > 0) return ['the database is not empty; give one that may be overwritten'];
    await source.runMigrations();
    const first = await compareSchema(source);
    try {
      for (const _migration of MIGRATIONS) await source.undoLastMigration();
    } catch (error) {
      return [...first, `the migrations cannot be undone: ${(error as Error).message}`];
    }
    const left = await source.query<{ relname: string }[]>(
      `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> 'migrations'`,
    );
    await source.runMigrations();
    const second = await compareSchema(source);
    return [
      ...first,
      ...left.map(({ relname }) => `${relname}: still there after all migrations were undone`),
      ...second.filter((line) => !first.includes(line)),
    ];
  } finally {
    await source.destroy();
  }
}

async function checkOnEmbedded(): Promise<string[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'carillon-schema-'));
  const postgres = await acquireEmbeddedPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off' } });
  try {
    return await check(postgres.url);
  } finally {
    await postgres.release();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: { url: { type: 'string' } } });
const differences = values.url === undefined ? await checkOnEmbedded() : await check(values.url);
for (const line of differences) console.error(line);
console.log(
  differences.length === 0
    ? `${ENTITIES.length} entities match the migrations, down and up again.`
    : `${differences.length} differences`,
);
process.exitCode = differences.length === 0 ? 0 : 1;

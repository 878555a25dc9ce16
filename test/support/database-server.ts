// Global setup of the tests that need a system around them: one PostgreSQL for the whole run with a migrated template
// database, from which each test file clones its own. Real PostgreSQL; only durability is off, for speed.
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { acquireEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { closeFolder, openRunFolder, processesOf } from './run-folder.js';
import { until } from './until.js';

const TEMPLATE = 'carillon_template';

declare module 'vitest' {
  /** What `inject()` gives to the tests of the project `system`. */
  export interface ProvidedContext {
    /** Of a superuser, in a database that no test uses. */
    adminUrl: string;
    templateDatabase: string;
  }
}

/** Called by vitest before the first test; what it returns is called after the last. Fails if processes were left behind. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await openRunFolder();
  const postgres = await acquireEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    log: () => undefined,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  try {
    await makeTemplate(postgres.url);
  } catch (error) {
    await postgres.release();
    await closeFolder(folder);
    throw error;
  }
  project.provide('adminUrl', postgres.url);
  project.provide('templateDatabase', TEMPLATE);
  return async () => {
    await postgres.release();
    // Workers may still be on their way out.
    await until(
      'the processes of the run have ended',
      async () => (await processesOf(folder)).length === 0,
      3_000,
    ).catch(() => undefined);
    const left = await closeFolder(folder);
    if (left.length > 0) {
      // vitest prints what a teardown throws, but would still exit with 0.
      process.exitCode = 1;
      throw new Error(`Tests left processes behind (killed now):\n${left.join('\n')}`);
    }
  };
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${TEMPLATE}`);
    const url = new URL(adminUrl);
    url.pathname = `/${TEMPLATE}`;
    const { migrate } = await import('../../src/database/migrate.js');
    await migrate(url.href);
    // From here on nobody can connect and change it, and cloning it never meets a session.
    await admin.query(`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  } finally {
    await admin.end();
  }
}

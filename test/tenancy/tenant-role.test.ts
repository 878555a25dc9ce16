import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/database/database.js';
import { acquireEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { MIGRATIONS } from '../../src/database/migrations/migrations.js';
import { openTenantPool, tenantPoolOptions, tryTenantDoor } from '../../src/database/tenant-pool.js';
import { temporaryFolder } from '../support/run-folder.js';
import { populateTenant } from './populated-tenant.js';
import { actingFor } from './walled-database.js';

// A PostgreSQL of its own: the role belongs to the whole cluster, and here it is missing at first, as on a customer's.
let postgres: EmbeddedPostgres;
let admin: pg.Client;
beforeAll(async () => {
  const dataDir = await temporaryFolder('tenant-role');
  postgres = await acquireEmbeddedPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off' } });
  admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await postgres.release();
});

/** A login role with a database of its own; returns the URL. */
async function customerDatabase(name: string, attributes = ''): Promise<string> {
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${attributes}`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name}`);
  const url = new URL(postgres.url);
  Object.assign(url, { username: name, password: 'secret', pathname: `/${name}` });
  return url.href;
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error as Error).message,
  );
}

/** What a request for a new tenant of that database sees of all jobs, beside another tenant's. */
async function jobsSeen(url: string): Promise<number> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const source = await openTenantPool(tenantPoolOptions(url, 2, []));
  try {
    await tryTenantDoor(source);
    const own = await populateTenant(owner, 'own');
    await populateTenant(owner, 'foreign');
    return (await actingFor(own, () => new Database(source).query('SELECT id FROM jobs'))).length;
  } finally {
    await source.destroy();
    await owner.end();
  }
}

describe('a login role that may not create roles', () => {
  it('is told the two statements that an administrator has to run, and they are enough', async () => {
    const url = await customerDatabase('plain');
    const message = await messageOf(migrate(url));
    expect(message).toContain('docs/operations.md');
    const statements = /run: (CREATE ROLE carillon_app NOLOGIN; GRANT carillon_app TO "plain";)/.exec(message)?.[1];
    await admin.query(statements ?? message);
    expect(await migrate(url)).toContain('TenantWall1763770100000');
    expect(await jobsSeen(url)).toBe(1);
  });

  it('is told the same when the role is there but not granted', async () => {
    const url = await customerDatabase('newcomer');
    expect(await messageOf(migrate(url))).toContain('GRANT carillon_app TO "newcomer"');
    await admin.query('GRANT carillon_app TO newcomer');
    expect(await migrate(url)).toContain('TenantWall1763770100000');
  });

  it('is told at the start of the server when only the login of the migrations was granted it', async () => {
    const url = new URL(await customerDatabase('other'));
    url.pathname = '/plain';
    const source = await openTenantPool(tenantPoolOptions(url.href, 1, []));
    try {
      expect(await messageOf(tryTenantDoor(source))).toContain('GRANT carillon_app TO "other"');
    } finally {
      await source.destroy();
    }
  });
});

describe('a login role that may create roles', () => {
  it('arranges everything itself, also when several databases do at once', async () => {
    await admin.query('DROP DATABASE plain');
    await admin.query('DROP DATABASE newcomer');
    await admin.query('DROP ROLE carillon_app');
    const urls = [await customerDatabase('maker', 'CREATEROLE')];
    for (const name of ['second', 'third']) {
      await admin.query(`CREATE DATABASE ${name} OWNER maker`);
      urls.push(Object.assign(new URL(urls[0]!), { pathname: `/${name}` }).href);
    }
    const done = await Promise.all(urls.map((url) => migrate(url)));
    expect(done.map((names) => names.length)).toEqual(urls.map(() => MIGRATIONS.length));
    for (const url of urls) expect(await jobsSeen(url)).toBe(1);
  });
});

describe('a start is refused', () => {
  const adminUrlOf = (name: string) => Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href;

  it('when the role could see everything', async () => {
    await admin.query('ALTER ROLE carillon_app BYPASSRLS');
    expect(await messageOf(migrate(adminUrlOf('second')))).toContain('ALTER ROLE carillon_app NOSUPERUSER NOBYPASSRLS');
    await admin.query('ALTER ROLE carillon_app NOBYPASSRLS');
    expect(await migrate(adminUrlOf('second'))).toEqual([]);
  });

  it('when a table lost its wall', async () => {
    const owner = new pg.Client({ connectionString: adminUrlOf('third') });
    await owner.connect();
    await owner.query('DROP POLICY tenant_wall ON tags');
    await owner.query('ALTER TABLE jobs DISABLE ROW LEVEL SECURITY');
    await owner.end();
    expect(await messageOf(migrate(adminUrlOf('third')))).toContain('keeps tenants apart: jobs, tags.');
  });
});

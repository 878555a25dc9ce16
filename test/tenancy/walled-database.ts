// A database of its own with three populated tenants, seen once through the pool of the server and once as its owner.
import type { DataSource } from 'typeorm';
import pg from 'pg';
import { ENTITIES } from '../../src/app.entities.js';
import { runInContext } from '../../src/context/request-context.js';
import { Database } from '../../src/database/database.js';
import { SystemDatabase } from '../../src/database/system-database.js';
import { openTenantPool, tenantPoolOptions } from '../../src/database/tenant-pool.js';
import { createTestDatabase } from '../support/test-database.js';
import { populateTenant, type PopulatedTenant } from './populated-tenant.js';

/** What the tests of the wall work with. */
export interface WalledDatabase {
  readonly url: string;
  readonly source: DataSource;
  readonly database: Database;
  readonly system: SystemDatabase;
  readonly tenants: readonly [PopulatedTenant, PopulatedTenant, PopulatedTenant];
  /** The owner of the tables, past every wall. */
  readonly admin: pg.Client;
  close(): Promise<void>;
}

/** Call it in `beforeAll` and `close()` in `afterAll`. */
export async function openWalledDatabase(connections: number): Promise<WalledDatabase> {
  const { url, drop } = await createTestDatabase();
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const tenants = [
    await populateTenant(admin, 'one'),
    await populateTenant(admin, 'two'),
    await populateTenant(admin, 'three'),
  ] as const;
  const source = await openTenantPool(tenantPoolOptions(url, connections, ENTITIES));
  return {
    url,
    source,
    database: new Database(source),
    system: new SystemDatabase(source),
    tenants,
    admin,
    close: async () => {
      await source.destroy();
      await admin.end();
      await drop();
    },
  };
}

/** Runs `work` as a request of that tenant does; null: of one whose tenant is not known yet. */
export function actingFor<T>(tenant: { id: string; name: string } | null, work: () => T): T {
  return runInContext({ requestId: 'test', actor: 'test', tenant }, work);
}

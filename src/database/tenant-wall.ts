import { TENANT_ROLE, type RunStatement } from './tenant-role.js';

/** The tenant of the statement. Read once per statement; an error where none was set, so nothing is seen without one. */
const TENANT = `(SELECT current_setting('app.tenant_id')::uuid)`;

/**
 * The statements of a migration that put a tenant-owned table behind the wall: `carillon_app` sees and writes only rows of the
 * tenant of its statement. Nothing is granted by default, so a table that a migration forgets is closed to requests, not open.
 */
export function tenantWall(
  table: string,
  privileges = 'SELECT, INSERT, UPDATE, DELETE',
  tenantColumn = 'tenant_id',
): string[] {
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant_wall ON ${table} TO ${TENANT_ROLE} USING (${tenantColumn} = ${TENANT}) WITH CHECK (${tenantColumn} = ${TENANT})`,
    `GRANT ${privileges} ON ${table} TO ${TENANT_ROLE}`,
  ];
}

/** Undoes `tenantWall`. */
export function noTenantWall(table: string): string[] {
  return [
    `REVOKE ALL ON ${table} FROM ${TENANT_ROLE}`,
    `DROP POLICY tenant_wall ON ${table}`,
    `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`,
  ];
}

/**
 * Throws when a table with a tenant has no wall. A database that was restored into a cluster without the role comes back like that:
 * policies and grants that name the role are left out of such a restore.
 */
export async function checkWalls(run: RunStatement): Promise<void> {
  const open = (await run(
    `SELECT c.relname AS name FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
        AND NOT (c.relrowsecurity AND EXISTS (
          SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = ARRAY(SELECT oid FROM pg_roles WHERE rolname = $1)))
      ORDER BY 1`,
    [TENANT_ROLE],
  )) as { name: string }[];
  if (open.length === 0) return;
  throw new Error(
    `These tables have no row-level security for the role ${TENANT_ROLE}, which keeps tenants apart: ${open.map(({ name }) => name).join(', ')}. ` +
      `If the database was restored from a dump, create the role first and restore again (docs/operations.md).`,
  );
}

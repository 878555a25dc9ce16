import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryTx } from '../../src/database/database.js';
import { Job } from '../../src/jobs/job.entity.js';
import { actingFor, openWalledDatabase, type WalledDatabase } from './walled-database.js';

/**
 * Tables without a tenant, each with the reason why no request needs a wall there. `closed`: requests have no right to it at all,
 * only `SystemDatabase` reads it.
 */
const WITHOUT_TENANT: Readonly<Record<string, 'closed' | 'walled by its id'>> = {
  counting_mark: 'closed',
  migrations: 'closed',
  housekeeping: 'closed',
  sessions: 'closed',
  sign_in_attempts: 'closed',
  tenants: 'walled by its id',
  users: 'closed',
};

let walled: WalledDatabase;
let tables: string[];
beforeAll(async () => {
  walled = await openWalledDatabase(4);
  tables = await tablesWith('tenant_id');
});
afterAll(() => walled.close());

async function tablesWith(column: string): Promise<string[]> {
  const { rows } = await walled.admin.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = $1
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`,
    [column],
  );
  return rows.map(({ name }) => name);
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error as { code?: unknown }).code,
  );
}

describe('every table', () => {
  it('with a tenant has a wall that nothing forgot', async () => {
    const { rows } = await walled.admin.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c WHERE c.relrowsecurity AND c.relname = ANY ($1) AND EXISTS (
         SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant_wall' AND p.polcmd = '*' AND p.polpermissive
            AND p.polroles = ARRAY['carillon_app'::regrole::oid] AND pg_get_expr(p.polqual, p.polrelid) LIKE '%(tenant_id = %app.tenant_id%'
            AND pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)) ORDER BY 1`,
      [tables],
    );
    expect(tables.length).toBeGreaterThan(10);
    expect(rows.map(({ name }) => name)).toEqual(tables);
  });

  it('without a tenant was decided on, one by one', async () => {
    const others = (await tablesWith('xmin')).filter((name) => !tables.includes(name));
    expect(others).toEqual(Object.keys(WITHOUT_TENANT).sort());
    for (const name of others) {
      const { rows } = await walled.admin.query<{ can: boolean; walled: boolean }>(
        `SELECT has_any_column_privilege('carillon_app', $1, 'SELECT, INSERT, UPDATE') AS can, relrowsecurity AS walled FROM pg_class WHERE oid = $1::regclass`,
        [name],
      );
      expect({ name, ...rows[0] }).toEqual(
        WITHOUT_TENANT[name] === 'closed' ? { name, can: false, walled: false } : { name, can: true, walled: true },
      );
    }
  });

  it('is closed to requests when a migration creates it and says nothing', async () => {
    await walled.admin.query(`CREATE TABLE forgotten (id integer)`);
    const read = actingFor(walled.tenants[0], () => walled.database.query('SELECT * FROM forgotten'));
    expect(await codeOf(read)).toBe('42501');
    await walled.admin.query(`DROP TABLE forgotten`);
  });
});

describe('the role of requests', () => {
  it('cannot log in, owns nothing, bypasses nothing', async () => {
    const { rows } = await walled.admin.query(
      `SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
              (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owned FROM pg_roles r WHERE rolname = 'carillon_app'`,
    );
    expect(rows).toEqual([
      { rolcanlogin: false, rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, owned: 0 },
    ]);
  });
});

describe('a statement that forgets its tenant', () => {
  it('sees only rows of its own tenant, in every table', async () => {
    const [one] = walled.tenants;
    for (const table of tables) {
      const all = await walled.admin.query<{ n: number }>(`SELECT count(DISTINCT tenant_id)::int AS n FROM ${table}`);
      expect({ table, tenants: all.rows[0]?.n }).toEqual({ table, tenants: 3 });
      const seen = await actingFor(one, () =>
        walled.database.query<{ tenant: string }>(`SELECT tenant_id AS tenant FROM ${table}`),
      );
      expect({ table, seen }).toEqual({ table, seen: seen.map(() => ({ tenant: one.id })) });
      expect({ table, any: seen.length > 0 }).toEqual({ table, any: true });
    }
  });

  it('sees of the tenants only its own', async () => {
    const [one] = walled.tenants;
    expect(await actingFor(one, () => walled.database.query('SELECT name FROM tenants'))).toEqual([{ name: one.name }]);
  });

  it('finds nothing foreign through the repository either', async () => {
    const [one, two] = walled.tenants;
    const jobs = await actingFor(one, () => walled.database.manager.find(Job));
    expect(jobs.map((job) => job.id)).toEqual([one.jobId]);
    expect(await actingFor(one, () => walled.database.manager.findOneBy(Job, { id: two.jobId }))).toBeNull();
  });

  it('changes and deletes nothing foreign', async () => {
    const [one] = walled.tenants;
    for (const table of tables.filter((name) => !['audit_log', 'execution_counts', 'memberships'].includes(name))) {
      const changed = await actingFor(one, () =>
        walled.database.transaction(async (tx) => {
          const text = `UPDATE ${table} SET tenant_id = tenant_id RETURNING tenant_id AS t`;
          return (await queryTx<{ t: string }>(tx, text)).map(({ t }) => t);
        }),
      );
      expect({ table, others: changed.filter((id) => id !== one.id) }).toEqual({ table, others: [] });
    }
    const deleted = await actingFor(one, () =>
      walled.database.query('DELETE FROM idempotency_keys RETURNING tenant_id AS t'),
    );
    expect(deleted).toEqual([{ t: one.id }]);
    await walled.admin.query(
      `INSERT INTO idempotency_keys (tenant_id, key, operation, fingerprint) VALUES ($1, 'same', 'x', 'y')`,
      [one.id],
    );
  });

  it('cannot write a row for another tenant, or give it one of its own', async () => {
    const [one, two] = walled.tenants;
    const insert = `INSERT INTO tags (id, tenant_id, name) VALUES (gen_random_uuid(), $1, 'smuggled')`;
    expect(await codeOf(actingFor(one, () => walled.database.query(insert, [two.id])))).toBe('42501');
    const move = actingFor(one, () => walled.database.query('UPDATE tags SET tenant_id = $1', [two.id]));
    expect(await codeOf(move)).toBe('42501');
  });

  it('cannot give itself a role', async () => {
    const work = () => walled.database.query(`UPDATE memberships SET role = 'admin'`);
    expect(await codeOf(actingFor(walled.tenants[0], work))).toBe('42501');
  });

  it('cannot change how many executions it has', async () => {
    const work = () => walled.database.query(`UPDATE execution_counts SET total = 0`);
    expect(await codeOf(actingFor(walled.tenants[0], work))).toBe('42501');
  });

  it('cannot rewrite what happened', async () => {
    const work = () => walled.database.query(`UPDATE audit_log SET actor = 'nobody'`);
    expect(await codeOf(actingFor(walled.tenants[0], work))).toBe('42501');
  });
});

describe('agents that serve every tenant', () => {
  it('are seen by all and changed by none', async () => {
    const { rows } = await walled.admin.query<{ id: string }>(
      `INSERT INTO agents (id, name, kind, hostname, slots, state, lease_ms) VALUES (gen_random_uuid(), 'shared', 'embedded', 'h', 1, 'online', 1000) RETURNING id`,
    );
    for (const tenant of walled.tenants) {
      const seen = await actingFor(tenant, () => walled.database.query('SELECT name FROM agents ORDER BY name'));
      expect(seen).toEqual([{ name: 'own' }, { name: 'shared' }]);
      const changed = await actingFor(tenant, () =>
        walled.database.query(`UPDATE agents SET slots = 2 WHERE id = $1 RETURNING id`, [rows[0]?.id]),
      );
      expect(changed).toEqual([]);
    }
  });
});

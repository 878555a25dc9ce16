import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TenantClient } from '../../src/database/tenant-client.js';
import { queryTx } from '../../src/database/database.js';
import { actingFor, openWalledDatabase, type WalledDatabase } from './walled-database.js';

const CONNECTIONS = 6;
const WHO = `SELECT current_user AS role, current_setting('app.tenant_id', true) AS tenant`;
interface Who {
  role: string;
  tenant: string | null;
}

let walled: WalledDatabase;
beforeAll(async () => {
  walled = await openWalledDatabase(CONNECTIONS);
});
afterAll(() => walled.close());

/**
 * One connection with the door, typed as the pool sees it. It is opened within a request of the third tenant, as a growing pool does:
 * from then on its socket calls back in that request's context.
 */
async function withClient(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client: pg.Client = new TenantClient({ connectionString: walled.url });
  await actingFor(walled.tenants[2], () => client.connect());
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Opens all connections of the pool at once and asks each, past the door, as whom it would act now. */
async function leftOnConnections(): Promise<Who[]> {
  const pool = (walled.source.driver as unknown as { master: pg.Pool }).master;
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
  try {
    const query = pg.Client.prototype.query as (this: pg.Client, text: string) => Promise<{ rows: Who[] }>;
    const answers = await Promise.all(clients.map((client) => query.call(client, WHO)));
    return answers.flatMap(({ rows }) => rows);
  } finally {
    for (const client of clients) client.release();
  }
}

describe('1,200 requests of three tenants at once on 6 connections', () => {
  it('each see their own tenant only, with statements that name none', async () => {
    const kinds = [single, inTransaction, failing, rolledBackToSavepoint, throughRepository, besideSystem];
    const work = Array.from({ length: 1_200 }, (_, i) => {
      const tenant = walled.tenants[i % 3]!;
      const kind = kinds[Math.floor(i / 3) % kinds.length]!;
      return actingFor(tenant, async () => ({ wanted: tenant.id, seen: await kind(), kind: kind.name }));
    });
    const wrong = (await Promise.all(work)).filter(
      ({ wanted, seen }) => seen.some((id) => id !== wanted) || seen.length === 0,
    );
    expect(wrong).toEqual([]);
    const left = await leftOnConnections();
    expect(left).toHaveLength(CONNECTIONS);
    for (const { role, tenant } of left) expect([role, tenant ?? '']).toEqual(['carillon', '']);
  });

  const tenantOf = `SELECT tenant_id AS id FROM jobs`;
  const ids = (rows: { id: string }[]): string[] => rows.map(({ id }) => id);

  async function single(): Promise<string[]> {
    return ids(await walled.database.query<{ id: string }>(tenantOf));
  }

  async function inTransaction(): Promise<string[]> {
    return walled.database.transaction(async (tx) => {
      const first = await queryTx<{ id: string }>(tx, tenantOf);
      await queryTx(tx, `SELECT pg_sleep(0.001)`);
      const [who] = await queryTx<Who>(tx, WHO);
      return [...ids(first), who?.tenant ?? '', ...ids(await queryTx<{ id: string }>(tx, tenantOf))];
    });
  }

  async function failing(): Promise<string[]> {
    await expect(walled.database.query(`SELECT 1 / count(*) FROM jobs WHERE false`)).rejects.toThrow(
      'division by zero',
    );
    await expect(
      walled.database.transaction((tx) => queryTx(tx, `SELECT 1 / count(*) FROM jobs WHERE false`)),
    ).rejects.toThrow('division by zero');
    return single();
  }

  async function rolledBackToSavepoint(): Promise<string[]> {
    return walled.database.transaction(async (tx) => {
      await expect(tx.transaction((inner) => queryTx(inner, `SELECT 1 / 0`))).rejects.toThrow('division by zero');
      const [who] = await queryTx<Who>(tx, WHO);
      return [...ids(await queryTx<{ id: string }>(tx, tenantOf)), who?.tenant ?? ''];
    });
  }

  async function throughRepository(): Promise<string[]> {
    const jobs = await walled.database.manager.find('Job');
    return jobs.map((job) => (job as { tenantId: string }).tenantId);
  }

  /** Within a transaction of the system, the doors of the tenant stay the tenant's. */
  async function besideSystem(): Promise<string[]> {
    const [seen] = await walled.system.query<{ n: number }>(`SELECT count(*)::int AS n FROM tenants`);
    // The three and the one that stands for the installation.
    expect(seen?.n).toBe(4);
    return single();
  }
});

describe('the tenant door', () => {
  it('sets role and tenant in the same round trip as the statement', async () => {
    const [one] = walled.tenants;
    await withClient(async (client) => {
      let roundTrips = 0;
      (client.connection as unknown as EventEmitter).on('readyForQuery', () => roundTrips++);
      const answer = await actingFor(one, () => client.query<Who>(WHO));
      expect(answer.rows).toEqual([{ role: 'carillon_app', tenant: one.id }]);
      expect([answer.rowCount, answer.command, roundTrips]).toEqual([1, 'SELECT', 1]);
      await actingFor(one, () => client.query('BEGIN'));
      await actingFor(one, () => client.query(WHO));
      await actingFor(one, () => client.query('ROLLBACK'));
      expect(roundTrips).toBe(4);
    });
  });

  it('is closed without a tenant', async () => {
    await expect(actingFor(null, () => walled.database.query('SELECT 1'))).rejects.toThrow('SystemDatabase');
    await expect(walled.database.query('SELECT 1')).rejects.toThrow('SystemDatabase');
    await expect(walled.database.transaction((tx) => queryTx(tx, 'SELECT 1'))).rejects.toThrow('SystemDatabase');
  });

  it('does not take a tenant that is none', async () => {
    const nobody = { id: `' OR true --`, name: 'x' };
    await expect(actingFor(nobody, () => walled.database.query('SELECT * FROM jobs'))).rejects.toThrow('uuid');
  });

  it('refuses a statement for another tenant within a transaction, which then goes on', async () => {
    const [one, two] = walled.tenants;
    await actingFor(one, () =>
      walled.database.transaction(async (tx) => {
        await expect(actingFor(two, () => queryTx(tx, 'SELECT 1'))).rejects.toThrow('another cannot join');
        await expect(actingFor(null, () => queryTx(tx, 'SELECT 1'))).rejects.toThrow('another cannot join');
        expect(await queryTx(tx, 'SELECT tenant_id AS id FROM jobs')).toEqual([{ id: one.id }]);
      }),
    );
  });

  it('takes one statement at a time, so nothing can be appended to one', async () => {
    const query = () => walled.database.query(`SELECT 1; RESET ROLE; SELECT * FROM jobs`);
    await expect(actingFor(walled.tenants[0], query)).rejects.toThrow('multiple commands');
  });

  it('refuses cursors and chained transactions', async () => {
    const [one] = walled.tenants;
    await withClient(async (client) => {
      expect(() => client.query(new pg.Query('SELECT 1'))).toThrow('Cursors');
      await actingFor(one, async () => {
        await client.query('BEGIN');
        await expect(client.query('COMMIT AND CHAIN')).rejects.toThrow('chained');
        await client.query('ROLLBACK');
      });
    });
  });

  it('serves named statements and callbacks like any others', async () => {
    const [one, two] = walled.tenants;
    await withClient(async (client) => {
      const named = { name: 'mine', text: 'SELECT tenant_id AS id FROM jobs WHERE name <> $1', values: [''] };
      for (const tenant of [one, two, one]) {
        expect((await actingFor(tenant, () => client.query(named))).rows).toEqual([{ id: tenant.id }]);
      }
      const rows = await new Promise((resolve, reject) => {
        actingFor(two, () =>
          client.query<{ id: string }>(named.text, [''], (error: Error | null, result) =>
            error ? reject(error) : resolve(result.rows),
          ),
        );
      });
      expect(rows).toEqual([{ id: two.id }]);
    });
  });

  it('decides for each of several statements that wait on one connection', async () => {
    const [one, two] = walled.tenants;
    await withClient(async (client) => {
      const text = 'SELECT tenant_id AS id FROM jobs';
      const ask = (tenant: typeof one, statement: string) =>
        actingFor(tenant, () => client.query<{ id: string }>(statement));
      const answers = await Promise.all([
        ask(one, 'BEGIN'),
        ask(one, text),
        ask(one, 'COMMIT'),
        ask(two, text),
        ask(one, text),
      ]);
      expect(answers.map(({ rows }) => rows)).toEqual([[], [{ id: one.id }], [], [{ id: two.id }], [{ id: one.id }]]);
    });
  });
});

describe('the system door', () => {
  it('acts as the login role and sees all tenants', async () => {
    const rows = await walled.system.query<{ n: number; role: string }>(
      'SELECT count(*)::int AS n, current_user AS role FROM jobs',
    );
    expect(rows).toEqual([{ n: 3, role: 'carillon' }]);
  });

  it('is open for the statements of its own transaction only', async () => {
    const [one] = walled.tenants;
    await actingFor(one, () =>
      walled.system.transaction(async (tx) => {
        expect(await queryTx(tx, 'SELECT count(*)::int AS n FROM jobs')).toEqual([{ n: 3 }]);
        expect(await walled.database.query('SELECT count(*)::int AS n FROM jobs')).toEqual([{ n: 1 }]);
        expect(await queryTx(tx, 'SELECT count(*)::int AS n FROM jobs')).toEqual([{ n: 3 }]);
      }),
    );
  });

  it('rolls back what failed', async () => {
    const rename = walled.system.transaction(async (tx) => {
      await queryTx(tx, `UPDATE jobs SET description = 'changed'`);
      throw new Error('no');
    });
    await expect(rename).rejects.toThrow('no');
    expect(await walled.system.query(`SELECT 1 FROM jobs WHERE description = 'changed'`)).toEqual([]);
  });
});

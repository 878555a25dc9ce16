import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('test database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('has the migrated schema', async () => {
    const rows = await query<{ name: string }>(
      database.url,
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['jobs', 'triggers', 'executions']));
  });

  it('is not shared', async () => {
    const other = await createTestDatabase();
    await query(database.url, 'CREATE TABLE only_here (id int)');
    expect(await query(other.url, `SELECT 1 FROM pg_class WHERE relname = 'only_here'`)).toEqual([]);
    await other.drop();
  });

  it('reports a connection that was left open, and is dropped all the same', async () => {
    const other = await createTestDatabase();
    const forgotten = new pg.Client({ connectionString: other.url, application_name: 'forgotten' });
    forgotten.on('error', () => undefined);
    await forgotten.connect();
    await expect(other.drop()).rejects.toThrow(/1 database connections were left open/);
    await expect(query(other.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
    await forgotten.end();
  });
});

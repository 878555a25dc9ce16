import { Logger } from '@nestjs/common';
import pg from 'pg';
import { retried } from './retried.js';
import type { Statement } from './statement.js';
import { KEPT_CONNECTIONS } from './kept-connections.js';

/** What a statement can be run on: the pool, or a client within a transaction. */
export interface Queryable {
  run<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

/** What connections of `DispatchPool` plan and run statements with. */
export const DISPATCH_SETTINGS =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off -c timezone=UTC';

/**
 * Connections of the scheduler and the worker, past the ORM. Statements are prepared by name and planned once for all values:
 * with custom plans the statistics of the ever-changing live table mislead the planner into scanning it (`SQL.md`; 5,000
 * against 24,000 completions per second on fresh connections). Without JIT: plans for all values look expensive where many runs are
 * pending, and compiling one takes longer than running it. Without scans of whole tables and bitmaps: every statement of theirs has an
 * index in its order, but a plan made while `live_runs` was nearly empty reads and sorts all that is pending for each claim, and is kept until the table is analysed again (20,000 runs in 6 s instead of 2).
 */
export class DispatchPool implements Queryable {
  private readonly pool: pg.Pool;

  /** `name` shows in `pg_stat_activity`. */
  constructor(url: string, size: number, name = 'carillon-dispatch') {
    this.pool = new pg.Pool({
      connectionString: url,
      max: size,
      min: KEPT_CONNECTIONS,
      application_name: name,
      options: DISPATCH_SETTINGS,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    const logger = new Logger('DispatchPool');
    this.pool.on('error', (error) => logger.warn(`An idle database connection was lost: ${error.message}`));
  }

  async run<Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    return retried(async () => (await this.pool.query<Row>({ ...statement, values: values as unknown[] })).rows);
  }

  /** Runs `work` in one transaction, again from the start after a deadlock or serialization failure. */
  async transaction<T>(work: (client: Queryable) => Promise<T>): Promise<T> {
    return retried(async () => {
      const client = await this.pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const result = await work({
          run: async <Row extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]) =>
            (await client.query<Row>({ ...statement, values: values as unknown[] })).rows,
        });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((e: unknown) => (broken = e as Error));
        throw error;
      } finally {
        client.release(broken);
      }
    });
  }

  /** Throws a plain sentence when the connections cannot be what this pool needs. */
  async verify(): Promise<void> {
    try {
      await this.pool.query('SELECT 1');
    } catch (error) {
      if (!/unsupported startup parameter/.test((error as Error).message)) throw error;
      throw new Error(
        'The database is behind a pooler that refuses prepared statements and settings. Set DATABASE_DIRECT_URL to PostgreSQL itself.',
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf, type Tx } from './database.js';
import { retried } from './retried.js';
import type { Statement } from './statement.js';
import { throughSystemDoor } from './system-door.js';

/**
 * The system door: statements that belong to no tenant or to all of them (which tenant is this, whose token, is the schema current,
 * tidying up). They act as the login role, which row-level security does not hold, so each must name its tenant itself where it has
 * one. Everything done for a request whose tenant is known goes through `Database`.
 */
@Injectable()
export class SystemDatabase {
  constructor(@Inject(DataSource) private readonly source: DataSource) {}

  /** Rows of one statement. */
  async query<Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<Row[]> {
    const text = typeof statement === 'string' ? statement : statement.text;
    return rowsOf<Row>(await throughSystemDoor(() => this.source.query(text, [...values])));
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED), again from the start after a deadlock or serialization failure. Only what `work`
   * does on its `tx` passes the system door; other doors that it uses stay what they are.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return retried(async () => {
      const runner = this.source.createQueryRunner();
      try {
        await throughSystemDoor(() => runner.startTransaction());
        const result = await work(runner.manager);
        await runner.commitTransaction();
        return result;
      } catch (error) {
        // The first error is the cause; a rollback that fails as well has lost its connection.
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
        throw error;
      } finally {
        await runner.release();
      }
    });
  }
}

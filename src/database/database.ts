import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { retried } from './retried.js';
import type { Statement } from './statement.js';

/** A transaction that a method joins; such methods end in `Tx`. */
export type Tx = EntityManager;

/**
 * The tenant door of the API to the database: pooled connections through TypeORM, on which every statement acts for the tenant of
 * the request and sees nothing of others (`TenantClient`). What belongs to no tenant takes `SystemDatabase`; the hot path has its
 * own connections, `DispatchPool`.
 */
@Injectable()
export class Database {
  constructor(private readonly source: DataSource) {}

  /** For single statements that need no transaction. */
  get manager(): EntityManager {
    return this.source.manager;
  }

  /** Rows of one statement. */
  async query<Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<Row[]> {
    return rowsOf<Row>(
      await this.source.query(typeof statement === 'string' ? statement : statement.text, [...values]),
    );
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED). A deadlock or serialization failure runs it again from the start, at most
   * five times in all; so `work` must not touch anything outside of the database.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return retried(() => this.source.transaction(work));
  }
}

/** Rows of one statement within a transaction. */
export async function queryTx<Row>(
  tx: Tx,
  statement: Statement | string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return rowsOf<Row>(await tx.query(typeof statement === 'string' ? statement : statement.text, [...values]));
}

/** TypeORM answers `[rows, count]` to an UPDATE or DELETE and plain rows to everything else. */
export function rowsOf<Row>(answer: unknown): Row[] {
  const list = answer as unknown[];
  return (list.length === 2 && Array.isArray(list[0]) && typeof list[1] === 'number' ? list[0] : list) as Row[];
}

import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isRetryable } from './sql-state.js';
import type { Statement } from './statement.js';

/** A transaction that a method joins; such methods end in `Tx`. */
export type Tx = EntityManager;

const ATTEMPTS = 5;

/** The door of the API to the database: pooled connections through TypeORM. The hot path has its own, `DispatchPool`. */
@Injectable()
export class Database {
  constructor(private readonly source: DataSource) {}

  /** For single statements that need no transaction. */
  get manager(): EntityManager {
    return this.source.manager;
  }

  /** Rows of one statement. */
  async query<Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<Row[]> {
    return rows<Row>(await this.source.query(typeof statement === 'string' ? statement : statement.text, [...values]));
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED). A deadlock or serialization failure runs it again from the start, at most
   * five times in all; so `work` must not touch anything outside of the database.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.source.transaction(work);
      } catch (error) {
        if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
      }
    }
  }
}

/** Rows of one statement within a transaction. */
export async function queryTx<Row>(
  tx: Tx,
  statement: Statement | string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return rows<Row>(await tx.query(typeof statement === 'string' ? statement : statement.text, [...values]));
}

/** TypeORM answers `[rows, count]` to an UPDATE or DELETE and plain rows to everything else. */
function rows<Row>(answer: unknown): Row[] {
  const list = answer as unknown[];
  return (list.length === 2 && Array.isArray(list[0]) && typeof list[1] === 'number' ? list[0] : list) as Row[];
}

import { Injectable } from '@nestjs/common';
import { currentActor, currentContext, currentTenant } from '../context/request-context.js';
import { columnsOf } from '../database/columns-of.js';
import { queryTx, type Tx } from '../database/database.js';
import { auditDiff } from './audit-diff.js';
import { INSERT_ENTRIES } from './sql/insert-entries.js';
import { INSERT_ENTRY } from './sql/insert-entry.js';

/** What happened to which thing. */
export interface AuditRecord {
  /** `<thing>.<past participle>`: `job.created`, `trigger.deleted`. */
  event: string;
  /** The job that the thing belongs to, if it belongs to one. */
  jobId?: string | null;
  subject: { type: string; id: string; name?: string | null };
  before?: object | null;
  after?: object | null;
  /** Default: the tenant of the request. */
  tenantId?: string;
  /** Default: the caller of the request, `system` outside of one. */
  actor?: string;
}

/** Writes the audit log. Reading it is `AuditLogReader`'s. */
@Injectable()
export class AuditLog {
  /**
   * Writes an entry in the transaction of the change, so that there is neither a change without an entry nor the reverse. With
   * both `before` and `after` only the fields that differ are kept. Throws when there is neither a tenant in the context nor one given.
   */
  async recordTx(tx: Tx, record: AuditRecord): Promise<void> {
    await queryTx(tx, INSERT_ENTRY, this.valuesOf(record));
  }

  /** The same as values of `insertEntry`, for a statement that makes the change and writes the entry at once. */
  valuesOf(record: AuditRecord): unknown[] {
    return entryOf(record);
  }

  /** Several entries in one statement, in their order. */
  async recordAllTx(tx: Tx, records: readonly AuditRecord[]): Promise<void> {
    if (records.length > 0) await queryTx(tx, INSERT_ENTRIES, columnsOf(records.map(entryOf)));
  }
}

function entryOf(record: AuditRecord): (string | null)[] {
  const { before, after } = auditDiff(record.before, record.after);
  return [
    record.tenantId ?? currentTenant().id,
    record.event,
    record.actor ?? currentActor(),
    currentContext()?.requestId ?? null,
    record.jobId ?? null,
    record.subject.type,
    record.subject.id,
    record.subject.name ?? null,
    before && JSON.stringify(before),
    after && JSON.stringify(after),
  ];
}

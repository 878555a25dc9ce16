import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { LIST_ENTRIES } from './sql/list-entries.js';

/** Which entries are wanted; what is absent does not filter. */
export interface AuditFilter {
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  /** An event, or `job.*` for all events of a kind of thing. */
  readonly event?: string | undefined;
  readonly actor?: string | undefined;
  readonly jobId?: string | undefined;
  /** Sort key of the last entry of the page before: instant with microseconds, id. */
  readonly after?: readonly [at: string, id: string] | undefined;
}

/** An entry as it was written. `at` is ISO 8601 with microseconds. */
export interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly event: string;
  readonly actor: string;
  readonly requestId: string | null;
  readonly jobId: string | null;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly subjectName: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

/** Reads the audit log of the tenant of the request. */
@Injectable()
export class AuditLogReader {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Up to `rows` entries, newest first. */
  async list(filter: AuditFilter, rows: number): Promise<AuditRow[]> {
    const kind = filter.event?.endsWith('.*') ? filter.event.slice(0, -1) : null;
    return this.database.query<AuditRow>(LIST_ENTRIES, [
      currentTenant().id,
      filter.from ?? null,
      filter.to ?? null,
      kind === null ? (filter.event ?? null) : null,
      kind,
      filter.actor ?? null,
      filter.jobId ?? null,
      filter.after?.[0] ?? null,
      filter.after?.[1] ?? null,
      rows,
    ]);
  }
}

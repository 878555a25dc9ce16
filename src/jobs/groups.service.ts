import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database, type Tx } from '../database/database.js';
import { invalidField, notFound } from '../kernel/domain-error.js';
import { parseId } from '../kernel/ids.js';
import { JobGroup } from './group.entity.js';
import { groupNames } from './sql/group-names.js';
import { listGroups } from './sql/list-groups.js';

/** A group with its present numbers. */
export interface GroupRow extends JobGroup {
  /** Jobs that are not deleted. */
  readonly jobs: number;
  /** Runs that count towards the limit, and runs that wait for the group; null while it has never had a limit. */
  readonly active: number | null;
  readonly queued: number | null;
}

/** Reads groups of the tenant of the request. */
@Injectable()
export class GroupsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Throws `not_found`. */
  async get(id: string): Promise<GroupRow> {
    const [row] = await this.database.query<GroupRow>(listGroups, [currentTenant().id, null, null, 1, id]);
    if (row === undefined) throw notFound('group', id);
    return row;
  }

  /** Up to `rows` groups by name, after the name `after`, whose name contains `part`. */
  list({ after, part, rows }: { after: string | null; part: string | null; rows: number }): Promise<GroupRow[]> {
    return this.database.query<GroupRow>(listGroups, [currentTenant().id, after, part, rows, null]);
  }

  /** Names by id; ids that are no group of the tenant have no entry. */
  async names(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; name: string }>(groupNames, [currentTenant().id, ids]);
    return new Map(rows.map((row) => [row.id, row.name]));
  }

  /** The id of the group with this id or name; null when there is none. */
  async idOf(reference: string): Promise<string | null> {
    const group = await this.database.manager.findOne(JobGroup, { where: whereOf(reference), select: { id: true } });
    return group?.id ?? null;
  }

  /**
   * The group with this id or name, kept as it is until the transaction ends. To be called before the job is locked. Throws
   * `invalid_input` at `/group`.
   */
  async holdTx(tx: Tx, reference: string): Promise<JobGroup> {
    const group = await tx.findOne(JobGroup, { where: whereOf(reference), lock: { mode: 'pessimistic_read' } });
    if (group !== null) return group;
    throw invalidField(
      '/group',
      'unknown_group',
      `/group: there is no group ${JSON.stringify(reference)}; give the name or id of one, or null.`,
    );
  }
}

/** Names never look like ids (`group-input.dto.ts`), so there is no doubt. */
function whereOf(reference: string): { tenantId: string; id: string } | { tenantId: string; name: string } {
  const tenantId = currentTenant().id;
  const id = parseId(reference);
  return id === null ? { tenantId, name: reference } : { tenantId, id };
}

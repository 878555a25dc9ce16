import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { sqlState } from '../database/sql-state.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { CREATE_MISSING_TAGS } from './sql/create-missing-tags.js';
import { LIST_TAGS } from './sql/list-tags.js';
import { LOCK_TAGS } from './sql/lock-tags.js';
import { READ_TAG } from './sql/read-tag.js';
import { REPLACE_JOB_TAGS } from './sql/replace-job-tags.js';
import { TAGS_OF_JOBS } from './sql/tags-of-jobs.js';
import { TELL_IF_CARRIED } from './sql/tell-if-carried.js';
import { Tag } from './tag.entity.js';
import { refuseNoTagName, tagNamesInLockOrder } from './tag-name.js';

const UNIQUE_VIOLATION = '23505';
/** A tag can be deleted between its creation and its lock; then it is created again. */
const LOCK_ATTEMPTS = 5;

/** A tag and how many jobs and agents carry it. */
export interface TagRow {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
  readonly jobs: number;
  readonly agents: number;
}

/** Owns tags. All methods act for the tenant of the request, but those that take a tenant. */
@Injectable()
export class TagsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Up to `rows` tags by name, after the name `after`, whose name contains `part`. */
  async list({ after, part, rows }: { after: string | null; part: string | null; rows: number }): Promise<TagRow[]> {
    return this.database.query<TagRow>(LIST_TAGS, [currentTenant().id, after, part, rows]);
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<TagRow> {
    const [tag] = await this.database.query<TagRow>(READ_TAG, [currentTenant().id, id]);
    if (!tag) throw notFound('tag', id);
    return tag;
  }

  /** Throws `conflict` when the name is taken. */
  async create({ name, description = '' }: { name: string; description?: string | undefined }): Promise<TagRow> {
    const id = newId();
    await this.naming(name, (tx) => this.createTx(tx, { id, name, description }));
    return this.get(id);
  }

  /** The tag of that name, made if it is missing. Names are told apart by case. Throws `invalid_input` for a name that no tag can have. */
  async ensure(name: string): Promise<{ tag: TagRow; created: boolean }> {
    const made = newId();
    const id = await this.database.transaction(async (tx) => {
      const [locked = ''] = await this.ensureTx(tx, currentTenant().id, [name], () => made);
      if (locked === made) await this.recordCreationTx(tx, { id: made, name, description: '' });
      return locked;
    });
    return { tag: await this.get(id), created: id === made };
  }

  private async createTx(tx: Tx, tag: { id: string; name: string; description: string }): Promise<void> {
    await tx.insert(Tag, { ...tag, tenantId: currentTenant().id });
    await this.recordCreationTx(tx, tag);
  }

  private async recordCreationTx(tx: Tx, tag: { id: string; name: string; description: string }): Promise<void> {
    await this.audit.recordTx(tx, {
      event: 'tag.created',
      subject: { type: 'tag', id: tag.id, name: tag.name },
      after: tag,
    });
  }

  /** Changes what is given. Throws `not_found`, or `conflict` when the new name is taken. */
  async update(id: string, changes: { name?: string | undefined; description?: string | undefined }): Promise<TagRow> {
    await this.naming(changes.name ?? '', async (tx) => {
      const before = await this.lockTx(tx, id);
      const after = { name: changes.name ?? before.name, description: changes.description ?? before.description };
      if (after.name === before.name && after.description === before.description) return;
      await tx.update(Tag, { id }, after);
      if (after.name !== before.name) await queryTx(tx, TELL_IF_CARRIED, [id]);
      await this.audit.recordTx(tx, {
        event: 'tag.updated',
        subject: { type: 'tag', id, name: after.name },
        before,
        after: { id, ...after },
      });
    });
    return this.get(id);
  }

  /** Takes the tag off every job and agent and deletes it. Throws `not_found`. */
  async delete(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await this.lockTx(tx, id);
      await queryTx(tx, TELL_IF_CARRIED, [id]);
      await tx.delete(Tag, { id });
      await this.audit.recordTx(tx, { event: 'tag.deleted', subject: { type: 'tag', id, name: before.name }, before });
    });
  }

  /**
   * Makes the tags of a job exactly `names`, creating those that are missing. Concurrent calls with the same names in any order
   * wait for each other and do not deadlock. Throws `invalid_input` for a name that no tag can have.
   */
  async setJobTagsTx(tx: Tx, tenantId: string, jobId: string, names: readonly string[]): Promise<void> {
    const tagIds = await this.ensureTx(tx, tenantId, tagNamesInLockOrder(names));
    await queryTx(tx, REPLACE_JOB_TAGS, [tenantId, jobId, tagIds]);
  }

  /**
   * The ids of the named tags, held against deletion until the transaction ends; those that are missing are created. `names` come
   * in the order of `tagNamesInLockOrder`. Throws `invalid_input` for a name that no tag can have.
   */
  async ensureTx(tx: Tx, tenantId: string, names: readonly string[], idOf = newId): Promise<string[]> {
    for (const name of names) refuseNoTagName(name);
    if (names.length === 0) return [];
    for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
      await queryTx(tx, CREATE_MISSING_TAGS, [tenantId, names.map(idOf), names]);
      const locked = await queryTx<{ id: string }>(tx, LOCK_TAGS, [tenantId, names]);
      if (locked.length === names.length) return locked.map((tag) => tag.id);
    }
    throw new DomainError(
      'conflict',
      `The tags ${names.join(', ')} are being deleted by others at the same time. Try again.`,
    );
  }

  /** Tag names by job, sorted; a job without tags has no entry. */
  async tagsOfJobs(tenantId: string, jobIds: readonly string[]): Promise<Map<string, string[]>> {
    if (jobIds.length === 0) return new Map();
    const rows = await this.database.query<{ jobId: string; names: string[] }>(TAGS_OF_JOBS, [tenantId, jobIds]);
    return new Map(rows.map((row) => [row.jobId, row.names]));
  }

  private async lockTx(tx: Tx, id: string): Promise<{ id: string; name: string; description: string }> {
    const tag = await tx.findOne(Tag, {
      where: { id, tenantId: currentTenant().id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!tag) throw notFound('tag', id);
    return { id, name: tag.name, description: tag.description };
  }

  private async naming(name: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await this.database.transaction(work);
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new DomainError('conflict', `There is a tag ${JSON.stringify(name)} already.`, [], { cause: error });
    }
  }
}

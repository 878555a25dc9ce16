import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { notFound } from '../kernel/domain-error.js';
import { ATTACH_TO_JOB } from './sql/attach-to-job.js';
import { DETACH_FROM_JOB } from './sql/detach-from-job.js';
import { FIND_JOBS } from './sql/find-jobs.js';
import { Tag } from './tag.entity.js';
import { TagsService } from './tags.service.js';

/** A job that is not deleted. */
export interface TaggedJob {
  readonly id: string;
  /** Of a bigint. */
  readonly number: string;
  readonly name: string;
}

/** Attaches single tags to jobs. A label is no part of what a job runs, so its version stays; replacing the whole set is an edit of the job. */
@Injectable()
export class JobTags {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TagsService) private readonly tags: TagsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Attaches a tag, made if it is missing; false: the job carries it already. Throws `not_found` or `invalid_input`. */
  async attach(jobId: string, name: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const job = await findJobTx(tx, jobId);
      const tenantId = currentTenant().id;
      const [tagId] = await this.tags.ensureTx(tx, tenantId, [name]);
      const added = await queryTx(tx, ATTACH_TO_JOB, [tenantId, jobId, tagId]);
      if (added.length > 0) await this.recordTx(tx, 'job.tagged', job, { after: { tag: name } });
      return added.length > 0;
    });
  }

  /** Takes a tag off; false: the job did not carry it. Throws `not_found` for the job. */
  async detach(jobId: string, name: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const job = await findJobTx(tx, jobId);
      const tenantId = currentTenant().id;
      const tag = await tx.findOne(Tag, { where: { tenantId, name }, lock: { mode: 'for_key_share' } });
      if (tag === null) return false;
      const removed = await queryTx(tx, DETACH_FROM_JOB, [tenantId, jobId, tag.id]);
      if (removed.length > 0) await this.recordTx(tx, 'job.untagged', job, { before: { tag: name } });
      return removed.length > 0;
    });
  }

  private async recordTx(tx: Tx, event: string, job: TaggedJob, change: { before?: object; after?: object }) {
    const subject = { type: 'job', id: job.id, name: job.name };
    await this.audit.recordTx(tx, { event, jobId: job.id, subject, ...change });
  }
}

async function findJobTx(tx: Tx, id: string): Promise<TaggedJob> {
  const [job] = await queryTx<TaggedJob>(tx, FIND_JOBS, [currentTenant().id, [id], []]);
  if (!job) throw notFound('job', id);
  return job;
}

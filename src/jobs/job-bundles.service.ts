import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { currentTenant } from '../context/request-context.js';
import { Database, type Tx } from '../database/database.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { Gate } from './gate.entity.js';
import { GroupEdits } from './group-edits.service.js';
import type { PatchGroupDto } from './group-input.dto.js';
import { JobGroup } from './group.entity.js';
import { JobEdits, type NewJobExtras } from './job-edits.service.js';
import type { CreateJobDto } from './job-input.dto.js';
import { Job } from './job.entity.js';
import { GroupsService, type GroupRow } from './groups.service.js';

/** A job that comes with its group. */
export interface BundledJob {
  readonly input: Omit<CreateJobDto, 'group'>;
  readonly extras: NewJobExtras;
}

/** A group and all of its jobs as one thing, which comes and goes in one transaction. For the tenant of the request. */
@Injectable()
export class JobBundles {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(GroupEdits) private readonly groupEdits: GroupEdits,
    @Inject(JobEdits) private readonly jobEdits: JobEdits,
    @Inject(GroupsService) private readonly groups: GroupsService,
  ) {}

  /** Throws `conflict` for a taken name, and what `JobEdits.create` throws; then nothing is stored. */
  async create(group: PatchGroupDto & { readonly name: string }, jobs: readonly BundledJob[]): Promise<GroupRow> {
    const id = await this.groupEdits.naming(group.name, async (tx) => {
      const groupId = await this.groupEdits.createTx(tx, group);
      for (const { input, extras } of jobs) await this.jobEdits.createTx(tx, { ...input, group: groupId }, extras);
      return groupId;
    });
    return this.groups.get(id);
  }

  /**
   * Deletes the jobs and the group. Throws `not_found`, or `busy` while runs of it are active or wait. With `force` those that wait are cancelled;
   * what a worker or a client holds is in the way all the same (`conflict`), because it could not be told apart from a free group afterwards.
   */
  async delete(id: string, { force }: { readonly force: boolean }): Promise<void> {
    await this.database.transaction(async (tx) => {
      const group = await this.lockTx(tx, id);
      if (!force) await this.refuseBusyTx(tx, group);
      const where = { tenantId: group.tenantId, groupId: id, deletedAt: IsNull() };
      const jobs = await tx.find(Job, { where, select: { id: true }, order: { id: 'ASC' } });
      for (const job of jobs) await this.jobEdits.deleteTx(tx, job.id, undefined);
      await this.groupEdits.deleteTx(tx, id, undefined);
    });
  }

  /** Before its jobs: see the lock order. */
  private async lockTx(tx: Tx, id: string): Promise<JobGroup> {
    const where = { id, tenantId: currentTenant().id };
    const group = await tx.findOne(JobGroup, { where, lock: { mode: 'pessimistic_write' } });
    if (group === null) throw notFound('group', id);
    return group;
  }

  /** A run that comes to be after this look is found by `GroupEdits.deleteTx`, which holds the gate. */
  private async refuseBusyTx(tx: Tx, group: JobGroup): Promise<void> {
    const gate = group.gateId === null ? null : await tx.findOneBy(Gate, { id: group.gateId });
    const left = (gate?.active ?? 0) + (gate?.queued ?? 0);
    if (left > 0)
      throw new DomainError(
        'busy',
        `Group ${JSON.stringify(group.name)} has ${left} runs that have not ended; cancel them or wait.`,
      );
  }
}

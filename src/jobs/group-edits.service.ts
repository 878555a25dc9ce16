import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { sqlState } from '../database/sql-state.js';
import { expectVersion } from '../http/etag.js';
import { DomainError, notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { GROUP_DEFAULTS, defineGroup, gateOf, type GroupDefinition } from './group-definition.js';
import type { PatchGroupDto } from './group-input.dto.js';
import { JobGroup } from './group.entity.js';
import { Gate } from './gate.entity.js';
import { GroupsService, type GroupRow } from './groups.service.js';
import { JobChangeListeners } from './job-change.listeners.js';
import { gateJobs } from './sql/gate-jobs.js';
import { holdGates } from './sql/hold-gates.js';
import { holdJobsOfGroup } from './sql/hold-jobs-of-group.js';
import { leaveGroup } from './sql/leave-group.js';
import { putGate } from './sql/put-gate.js';

const UNIQUE_VIOLATION = '23505';

/** Changes groups of the tenant of the request. Every method is one transaction: change, audit entry, notification. */
@Injectable()
export class GroupEdits {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(GroupsService) private readonly groups: GroupsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(JobChangeListeners) private readonly listeners: JobChangeListeners,
  ) {}

  /** Throws `conflict` when the name is taken. */
  async create(input: PatchGroupDto): Promise<GroupRow> {
    const id = await this.naming(input.name ?? '', (tx) => this.createTx(tx, input));
    return this.groups.get(id);
  }

  /** The same within a transaction that makes more, to be run by `naming`; answers the id. */
  async createTx(tx: Tx, input: PatchGroupDto): Promise<string> {
    const definition = defineGroup(input, GROUP_DEFAULTS);
    const id = newId();
    const gateId = definition.maxConcurrency === null ? null : id;
    if (gateId !== null) await queryTx(tx, putGate, gateOf(id, currentTenant().id, definition));
    const row = { ...definition, id, tenantId: currentTenant().id, gateId, createdBy: currentActor() };
    await tx.insert(JobGroup, row as Parameters<typeof tx.insert<JobGroup>>[1]);
    const subject = { type: 'group', id, name: definition.name };
    await this.audit.recordTx(tx, { event: 'group.created', subject, after: definition });
    return id;
  }

  /** Puts `input` in the place of the whole definition. Throws `not_found`, `precondition_failed`, or `conflict` for a taken name. */
  replace(id: string, input: PatchGroupDto, ifMatch: string | undefined): Promise<GroupRow> {
    return this.edit(id, ifMatch, input, () => GROUP_DEFAULTS);
  }

  /** Changes what `input` holds. Throws as `replace` does. */
  patch(id: string, input: PatchGroupDto, ifMatch: string | undefined): Promise<GroupRow> {
    return this.edit(id, ifMatch, input, (group) => group);
  }

  /** Throws `not_found`, `precondition_failed`, or `conflict` while jobs belong to it or runs of deleted ones have not ended. */
  async delete(id: string, ifMatch: string | undefined): Promise<void> {
    await this.database.transaction((tx) => this.deleteTx(tx, id, ifMatch));
  }

  /** The same within a transaction that deletes more. */
  async deleteTx(tx: Tx, id: string, ifMatch: string | undefined): Promise<void> {
    const group = await this.lockTx(tx, id, ifMatch);
    const jobs = await queryTx<{ id: string; isDeleted: boolean }>(tx, holdJobsOfGroup, [group.tenantId, id]);
    const left = jobs.filter((job) => !job.isDeleted).length;
    if (left > 0)
      throw new DomainError(
        'conflict',
        `Group ${JSON.stringify(group.name)} has ${left} ${left === 1 ? 'job' : 'jobs'}; delete them or give them another group first.`,
      );
    const jobIds = jobs.map((job) => job.id);
    if (group.gateId !== null) await this.emptyGateTx(tx, group, jobIds);
    await queryTx(tx, leaveGroup, [group.tenantId, jobIds]);
    await tx.delete(JobGroup, { id });
    if (group.gateId !== null) await tx.delete(Gate, { id: group.gateId });
    const subject = { type: 'group', id, name: group.name };
    await this.audit.recordTx(tx, { event: 'group.deleted', subject, before: defineGroup({}, group) });
  }

  private async edit(
    id: string,
    ifMatch: string | undefined,
    input: PatchGroupDto,
    baseOf: (group: JobGroup) => Partial<GroupDefinition> & Omit<GroupDefinition, 'name'>,
  ): Promise<GroupRow> {
    await this.naming(input.name ?? '', async (tx) => {
      const before = await this.lockTx(tx, id, ifMatch);
      const definition = defineGroup(input, baseOf(before));
      const gateId = before.gateId ?? (definition.maxConcurrency === null ? null : id);
      const gated = gateId === null ? [] : await this.putGateTx(tx, before, definition);
      const changes = { ...definition, gateId, version: before.version + 1, updatedAt: () => 'now()' };
      await tx.update(JobGroup, { id }, changes as Parameters<typeof tx.update<JobGroup>>[2]);
      if (gateId !== null) await this.listeners.groupChangedTx(tx, gateId, gated);
      await this.audit.recordTx(tx, {
        event: 'group.updated',
        subject: { type: 'group', id, name: definition.name },
        before: defineGroup({}, before),
        after: definition,
      });
    });
    return this.groups.get(id);
  }

  /** Answers the jobs that come under the gate by this. */
  private async putGateTx(tx: Tx, group: JobGroup, definition: GroupDefinition): Promise<string[]> {
    const values = gateOf(group.id, group.tenantId, definition);
    if (group.gateId !== null) {
      await queryTx(tx, holdGates, [[group.gateId]]);
      await queryTx(tx, putGate, values);
      return [];
    }
    const jobs = await queryTx<{ id: string }>(tx, holdJobsOfGroup, [group.tenantId, group.id]);
    const jobIds = jobs.map((job) => job.id);
    await queryTx(tx, holdGates, [jobIds]);
    await queryTx(tx, putGate, values);
    await queryTx(tx, gateJobs, [group.tenantId, jobIds, group.id]);
    return jobIds;
  }

  private async emptyGateTx(tx: Tx, group: JobGroup, jobIds: readonly string[]): Promise<void> {
    const gates = await queryTx<{ id: string; active: number; queued: number }>(tx, holdGates, [
      [...jobIds, group.gateId],
    ]);
    const own = gates.find((gate) => gate.id === group.gateId);
    const left = (own?.active ?? 0) + (own?.queued ?? 0);
    if (left > 0)
      throw new DomainError(
        'conflict',
        `Group ${JSON.stringify(group.name)} has ${left} runs of deleted jobs that have not ended; cancel them or wait.`,
      );
  }

  private async lockTx(tx: Tx, id: string, ifMatch: string | undefined): Promise<JobGroup> {
    const where = { id, tenantId: currentTenant().id };
    const group = await tx.findOne(JobGroup, { where, lock: { mode: 'pessimistic_write' } });
    if (group === null) throw notFound('group', id);
    expectVersion(ifMatch, group.version);
    return group;
  }

  /** Runs `work` in one transaction. Throws `conflict` when the name that it gives a group is taken. */
  async naming<T>(name: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new DomainError('conflict', `There is a group ${JSON.stringify(name)} already.`, [], { cause: error });
    }
  }
}

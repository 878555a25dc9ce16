import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { expectVersion } from '../http/etag.js';
import { Clock } from '../kernel/clock.js';
import { notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { TagsService } from '../tags/tags.service.js';
import { JobChangeListeners } from './job-change.listeners.js';
import { JobClassRules } from './job-class-rules.service.js';
import { GroupsService } from './groups.service.js';
import { defineJob, JOB_DEFAULTS, onFull, queueLimit, type JobDefinition } from './job-definition.js';
import type { CreateJobDto, PatchJobDto } from './job-input.dto.js';
import type { JobView } from './job.dto.js';
import { Job, type Driver } from './job.entity.js';
import { JobsService } from './jobs.service.js';
import { holdGates } from './sql/hold-gates.js';
import { putGate } from './sql/put-gate.js';
import { queueOf } from './sql/queue-of.js';
import type { LateDates } from './trigger-definition.js';
import { TriggerWriter } from './trigger-writer.service.js';

/** A change that belongs into the same transaction. The row of the job is locked. */
export type AlsoTx = (tx: Tx, job: Job) => Promise<void>;

/** What a compatible API says of a job that it creates, besides the job itself. */
export interface NewJobExtras {
  /** See `Job.annotations`. */
  readonly annotations?: Record<string, unknown>;
  /** Default `refuse`. */
  readonly lateDates?: LateDates;
  /** Default `worker`. */
  readonly driver?: Driver;
}

/** Changes jobs of the tenant of the request. Every method is one transaction: change, audit entry, notification. */
@Injectable()
export class JobEdits {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(TriggerWriter) private readonly triggers: TriggerWriter,
    @Inject(TagsService) private readonly tags: TagsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(JobChangeListeners) private readonly listeners: JobChangeListeners,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(JobClassRules) private readonly classes: JobClassRules,
    @Inject(GroupsService) private readonly groups: GroupsService,
  ) {}

  /** Throws `invalid_input`, `never_fires` or `forbidden_class`; then nothing is stored. */
  async create(input: CreateJobDto, extras: NewJobExtras = {}): Promise<JobView> {
    const id = await this.database.transaction((tx) => this.createTx(tx, input, extras));
    return this.jobs.get(id);
  }

  /** The same within a transaction that makes more; answers the id. */
  async createTx(
    tx: Tx,
    input: CreateJobDto,
    { annotations, lateDates = 'refuse', driver = 'worker' }: NewJobExtras = {},
  ): Promise<string> {
    const definition = defineJob(input, JOB_DEFAULTS);
    const now = this.clock.now();
    const id = newId();
    const tenantId = currentTenant().id;
    const pointerOf = (i: number): string => `/triggers/${i}`;
    const defined = await this.triggers.defineTx(tx, input.triggers ?? [], now, pointerOf, lateDates);
    await this.classes.permitTx(tx, definition.jobClass);
    const group = input.group == null ? null : await this.groups.holdTx(tx, input.group);
    const groupGateId = group?.gateId ?? null;
    const gateId = definition.overlapPolicy === 'allow' && groupGateId === null ? null : id;
    if (gateId !== null) await this.putGateTx(tx, gateId, definition, groupGateId);
    const queueId = await this.queueTx(tx, definition, driver);
    const job = {
      ...definition,
      id,
      tenantId,
      queueId,
      gateId,
      groupId: group?.id ?? null,
      groupGateId,
      ...(annotations && { annotations }),
      driver,
      paused: input.paused ?? false,
      createdBy: currentActor(),
    };
    await tx.insert(Job, job as Parameters<typeof tx.insert<Job>>[1]);
    if (input.tags !== undefined) await this.tags.setJobTagsTx(tx, tenantId, id, input.tags);
    const after = { ...audited(definition), groupId: job.groupId, paused: job.paused, tags: input.tags ?? [] };
    await this.audit.recordTx(tx, {
      event: 'job.created',
      jobId: id,
      subject: { type: 'job', id, name: definition.name },
      after,
    });
    await this.triggers.insertTx(tx, { id, paused: job.paused }, defined, now, lateDates);
    return id;
  }

  /** Puts `input` in the place of the whole definition; triggers stay. Throws `not_found`, `precondition_failed`, `invalid_input`, `forbidden_class`. */
  replace(id: string, input: PatchJobDto, ifMatch: string | undefined): Promise<JobView> {
    return this.edit(id, ifMatch, { ...input, tags: input.tags ?? [], group: input.group ?? null }, () => JOB_DEFAULTS);
  }

  /**
   * Changes what `input` holds. `alsoTx` is called with the changed job at the end of the transaction, for changes that shall happen together
   * with this one; `annotations` take the place of those of the job. Throws `not_found`, `precondition_failed`, `invalid_input`, `forbidden_class`.
   */
  patch(
    id: string,
    input: PatchJobDto,
    ifMatch: string | undefined,
    alsoTx?: AlsoTx,
    annotations?: Record<string, unknown>,
  ): Promise<JobView> {
    return this.edit(id, ifMatch, input, (job) => job, alsoTx, annotations);
  }

  private async edit(
    id: string,
    ifMatch: string | undefined,
    input: PatchJobDto,
    baseOf: (job: Job) => Omit<JobDefinition, 'name' | 'jobClass'> & Partial<JobDefinition>,
    alsoTx?: AlsoTx,
    annotations?: Record<string, unknown>,
  ): Promise<JobView> {
    // Read ahead of the transaction: with a second connection inside of it, a pool's worth of edits at once would wait for each other.
    const oldTags = input.tags === undefined ? undefined : await this.tagsOf(id);
    await this.database.transaction(async (tx) => {
      const newGroup = input.group == null ? null : await this.groups.holdTx(tx, input.group);
      const before = await this.lockTx(tx, id, ifMatch);
      const group =
        input.group === undefined
          ? { groupId: before.groupId, groupGateId: before.groupGateId }
          : { groupId: newGroup?.id ?? null, groupGateId: newGroup?.gateId ?? null };
      const definition = defineJob(input, baseOf(before));
      await this.classes.permitTx(tx, definition.jobClass);
      if (input.tags !== undefined) await this.tags.setJobTagsTx(tx, before.tenantId, id, input.tags);
      const needsGate = definition.overlapPolicy !== 'allow' || group.groupGateId !== null;
      const gateId = before.gateId ?? (needsGate ? id : null);
      if (gateId !== null) {
        await queryTx(tx, holdGates, [[gateId, before.groupGateId, group.groupGateId].filter((gate) => gate !== null)]);
        await this.listeners.changingTx(tx, before);
        await this.putGateTx(tx, gateId, definition, null);
      }
      const after: Job = {
        ...before,
        ...definition,
        ...group,
        gateId,
        queueId: await this.queueTx(tx, definition, before.driver),
        version: before.version + 1,
      };
      await tx.update(Job, { id }, {
        ...definition,
        ...group,
        gateId,
        queueId: after.queueId,
        ...(annotations && { annotations }),
        version: after.version,
        updatedAt: () => 'now()',
      } as Parameters<typeof tx.update<Job>>[2]);
      await this.listeners.changedTx(tx, before, after);
      await this.audit.recordTx(tx, {
        event: 'job.updated',
        jobId: id,
        subject: { type: 'job', id, name: after.name },
        before: { ...audited(before), groupId: before.groupId, ...(oldTags && { tags: oldTags }) },
        after: { ...audited(after), groupId: after.groupId, ...(oldTags && { tags: [...(input.tags ?? [])].sort() }) },
      });
      await alsoTx?.(tx, after);
    });
    return this.jobs.get(id);
  }

  /** Deletes a job and its triggers; what waits is cancelled, what runs goes on, the history stays. */
  async delete(id: string, ifMatch: string | undefined): Promise<void> {
    await this.database.transaction((tx) => this.deleteTx(tx, id, ifMatch));
  }

  /** The same within a transaction that deletes more. */
  async deleteTx(tx: Tx, id: string, ifMatch: string | undefined): Promise<void> {
    const job = await this.lockTx(tx, id, ifMatch);
    await this.triggers.deleteAllTx(tx, id);
    await tx.update(Job, { id }, { deletedAt: () => 'now()', version: job.version + 1 });
    await this.listeners.deletedTx(tx, job);
    await this.audit.recordTx(tx, {
      event: 'job.deleted',
      jobId: id,
      subject: { type: 'job', id, name: job.name },
      before: { ...audited(job), paused: job.paused },
    });
  }

  /** Stops the triggers of a job. Pausing a paused job changes nothing; `notesRepeat`: it is written to the audit log all the same. */
  async pause(id: string, ifMatch: string | undefined, notesRepeat = false): Promise<JobView> {
    await this.setPaused(id, ifMatch, true, notesRepeat);
    return this.jobs.get(id);
  }

  /** Lets the triggers of a job fire again, from now on: what fell into the pause is not made up for. Repeats as with `pause`. */
  async resume(id: string, ifMatch: string | undefined, notesRepeat = false): Promise<JobView> {
    await this.setPaused(id, ifMatch, false, notesRepeat);
    return this.jobs.get(id);
  }

  private async setPaused(
    id: string,
    ifMatch: string | undefined,
    paused: boolean,
    notesRepeat: boolean,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const job = await this.lockTx(tx, id, ifMatch);
      const isRepeat = job.paused === paused;
      if (isRepeat && !notesRepeat) return;
      if (!isRepeat) {
        await tx.update(Job, { id }, { paused, version: job.version + 1, updatedAt: () => 'now()' });
        if (paused) await this.triggers.stopAllTx(tx, id);
        else await this.triggers.restartAllTx(tx, id, this.clock.now());
      }
      const event = paused ? 'job.paused' : 'job.resumed';
      await this.audit.recordTx(tx, {
        event,
        jobId: id,
        subject: { type: 'job', id, name: job.name },
        before: { paused: job.paused },
        after: { paused },
      });
    });
  }

  /** A weaker lock than FOR UPDATE: firing takes a key share of the job while it holds triggers, and pausing takes triggers after the job. */
  private async lockTx(tx: Tx, id: string, ifMatch: string | undefined): Promise<Job> {
    const where = { id, tenantId: currentTenant().id, deletedAt: IsNull() };
    const job = await tx.findOne(Job, { where, lock: { mode: 'for_no_key_update' } });
    if (job === null) throw notFound('job', id);
    expectVersion(ifMatch, job.version);
    return job;
  }

  private async tagsOf(id: string): Promise<string[]> {
    return (await this.tags.tagsOfJobs(currentTenant().id, [id])).get(id) ?? [];
  }

  /** The gate after it counts for a new gate only; `JobChangeListeners` move an existing one with its runs. */
  private async putGateTx(tx: Tx, gateId: string, job: JobDefinition, nextGateId: string | null): Promise<void> {
    const limits = [job.maxConcurrency, queueLimit(job), onFull(job), job.maxQueued];
    await queryTx(tx, putGate, [gateId, currentTenant().id, ...limits, nextGateId]);
  }

  private async queueTx(tx: Tx, job: JobDefinition, driver: Driver): Promise<number> {
    const [queue] = await queryTx<{ id: number }>(tx, queueOf, [
      currentTenant().id,
      job.requiredTags,
      job.excludedTags,
      job.interfaces,
      driver === 'client',
    ]);
    if (queue === undefined) throw new Error('The queue was neither found nor made.');
    return queue.id;
  }
}

/** The part of a job that the audit log compares. */
function audited(job: JobDefinition): JobDefinition {
  const keys = [...Object.keys(JOB_DEFAULTS), 'name', 'jobClass'] as (keyof JobDefinition)[];
  return Object.fromEntries(keys.map((key) => [key, job[key]])) as unknown as JobDefinition;
}

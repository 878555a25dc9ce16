import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { notFound } from '../kernel/domain-error.js';
import { TagsService } from '../tags/tags.service.js';
import { GroupsService } from './groups.service.js';
import { Job } from './job.entity.js';
import type { JobView } from './job.dto.js';
import { jobsByNextRun } from './sql/jobs-by-next-run.js';
import { listJobs } from './sql/list-jobs.js';
import { Trigger } from './trigger.entity.js';

/** Filters of a list of jobs; null: not filtered. */
export interface JobFilter {
  readonly q: string | null;
  /** All of which a job must carry. */
  readonly tag: readonly string[] | null;
  readonly jobClass: string | null;
  readonly paused: boolean | null;
  /** Name or id. */
  readonly group: string | null;
}

/** Reads jobs of the tenant of the request. */
@Injectable()
export class JobsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TagsService) private readonly tags: TagsService,
    @Inject(GroupsService) private readonly groups: GroupsService,
  ) {}

  /** Throws `not_found`. */
  async get(id: string): Promise<JobView> {
    const [view] = await this.views([id]);
    if (view === undefined) throw notFound('job', id);
    return view;
  }

  /** Up to `rows` jobs, newest first, older than `before`. */
  async list(filter: JobFilter, before: string | null, rows: number): Promise<JobView[]> {
    const groupId = filter.group === null ? null : await this.groups.idOf(filter.group);
    if (filter.group !== null && groupId === null) return [];
    const values = [currentTenant().id, before, filter.q, filter.tag, filter.jobClass, filter.paused, rows, groupId];
    const ids = await this.database.query<{ id: string }>(listJobs, values);
    return this.views(ids.map((row) => row.id));
  }

  /** Up to `rows` jobs, the one that fires next first, those that will not fire last. */
  async byNextRun(rows: number): Promise<JobView[]> {
    const ids = await this.database.query<{ id: string }>(jobsByNextRun, [currentTenant().id, rows]);
    return this.views(ids.map((row) => row.id));
  }

  /** Those of the given jobs that exist, in any order. */
  async some(ids: readonly string[]): Promise<JobView[]> {
    return this.views(ids);
  }

  /** The given jobs although they may have been deleted, with the triggers that they have or had until then; without tags and group. */
  async remembered(ids: readonly string[]): Promise<JobView[]> {
    if (ids.length === 0) return [];
    const tenantId = currentTenant().id;
    const { manager } = this.database;
    const [jobs, triggers] = await Promise.all([
      manager.find(Job, { where: { id: In(ids), tenantId } }),
      manager.find(Trigger, { where: { jobId: In(ids), tenantId }, order: { id: 'ASC' } }),
    ]);
    const triggersOf = byJob(jobs, triggers);
    // A job is deleted together with its triggers, in one transaction and so at one instant.
    const hadUntilTheEnd = (job: Job) => (trigger: Trigger) =>
      trigger.deletedAt?.getTime() === job.deletedAt?.getTime();
    return jobs.map((job) => ({
      job,
      tags: [],
      group: null,
      triggers: triggersOf(job.id).filter(hadUntilTheEnd(job)),
    }));
  }

  /** The given jobs with tags and triggers, in the given order; four statements however many they are. */
  private async views(ids: readonly string[]): Promise<JobView[]> {
    if (ids.length === 0) return [];
    const tenantId = currentTenant().id;
    const { manager } = this.database;
    const [jobs, triggers, tags] = await Promise.all([
      manager.find(Job, { where: { id: In(ids), tenantId, deletedAt: IsNull() } }),
      manager.find(Trigger, { where: { jobId: In(ids), tenantId, deletedAt: IsNull() }, order: { id: 'ASC' } }),
      this.tags.tagsOfJobs(tenantId, ids),
    ]);
    const names = await this.groups.names([...new Set(jobs.flatMap((job) => job.groupId ?? []))]);
    const byId = new Map(jobs.map((job) => [job.id, job]));
    const triggersOf = byJob(jobs, triggers);
    return ids.flatMap((id) => {
      const job = byId.get(id);
      return job === undefined
        ? []
        : [
            {
              job,
              tags: tags.get(id) ?? [],
              triggers: triggersOf(id),
              group: job.groupId === null ? null : (names.get(job.groupId) ?? null),
            },
          ];
    });
  }
}

function byJob(jobs: readonly Job[], triggers: readonly Trigger[]): (jobId: string) => Trigger[] {
  const lists = new Map<string, Trigger[]>(jobs.map((job) => [job.id, []]));
  for (const trigger of triggers) lists.get(trigger.jobId)?.push(trigger);
  return (jobId) => lists.get(jobId) ?? [];
}

import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { notFound } from '../kernel/domain-error.js';
import { TagsService } from '../tags/tags.service.js';
import { GroupsService } from './groups.service.js';
import { Job } from './job.entity.js';
import type { JobView } from './job.dto.js';
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
    return ids.flatMap((id) => {
      const job = byId.get(id);
      return job === undefined
        ? []
        : [
            {
              job,
              tags: tags.get(id) ?? [],
              triggers: triggers.filter((trigger) => trigger.jobId === id),
              group: job.groupId === null ? null : (names.get(job.groupId) ?? null),
            },
          ];
    });
  }
}

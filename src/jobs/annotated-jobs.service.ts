import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { Job } from './job.entity.js';
import { listAnnotatedJobs } from './sql/list-annotated-jobs.js';
import { listDateTriggers } from './sql/list-date-triggers.js';

/** Rows of one list; the APIs that ask have no pages. */
const MOST_ROWS = 10_000;

/** A job that carries an annotation, with a summary of its date triggers. */
export interface AnnotatedJob {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly dateTriggers: number;
  /** Date triggers that the scheduler is not done with. */
  readonly pending: number;
  /** The earliest date, passed or not, and the zone that it was given in; null without date triggers. */
  readonly firstAt: Date | null;
  readonly firstTimeZone: string | null;
}

/** A date trigger of a job that carries an annotation. */
export interface DateTrigger {
  readonly id: string;
  readonly jobId: string;
  readonly name: string;
  readonly at: Date;
  readonly timeZone: string;
  /** It was fired or missed; paused ones are not done. */
  readonly isDone: boolean;
}

/** Reads the jobs that a compatible API marked as its own by an annotation, of the tenant of the request. Each method is one statement. */
@Injectable()
export class AnnotatedJobs {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Oldest first, at most 10,000; with `onlyPending` those that have a pending date trigger. */
  list(annotation: string, { onlyPending }: { readonly onlyPending: boolean }): Promise<AnnotatedJob[]> {
    return this.jobs(annotation, null, !onlyPending);
  }

  /** Undefined when there is no such job, or it does not carry the annotation. */
  async find(annotation: string, id: string): Promise<AnnotatedJob | undefined> {
    return (await this.jobs(annotation, id, true))[0];
  }

  /** The jobs of groups that carry the annotation, oldest first; not the deleted ones. */
  async ofGroups(annotation: string, groupIds: readonly string[]): Promise<Job[]> {
    if (groupIds.length === 0) return [];
    const where = { tenantId: currentTenant().id, groupId: In(groupIds), deletedAt: IsNull() };
    const jobs = await this.database.manager.find(Job, { where, order: { id: 'ASC' } });
    return jobs.filter((job) => annotation in job.annotations);
  }

  /** Their date triggers, soonest first, at most 10,000; of one job when `jobId` is given. */
  dateTriggers(
    annotation: string,
    { jobId = null, onlyPending }: { readonly jobId?: string | null; readonly onlyPending: boolean },
  ): Promise<DateTrigger[]> {
    return this.triggers(annotation, jobId, null, !onlyPending);
  }

  /** Undefined when there is no such trigger, it is of another kind, or its job does not carry the annotation. */
  async findDateTrigger(annotation: string, id: string): Promise<DateTrigger | undefined> {
    return (await this.triggers(annotation, null, id, true))[0];
  }

  private jobs(annotation: string, id: string | null, all: boolean): Promise<AnnotatedJob[]> {
    return this.database.query(listAnnotatedJobs, [currentTenant().id, annotation, id, all, MOST_ROWS]);
  }

  private triggers(annotation: string, jobId: string | null, id: string | null, all: boolean): Promise<DateTrigger[]> {
    return this.database.query(listDateTriggers, [currentTenant().id, annotation, jobId, id, all, MOST_ROWS]);
  }
}

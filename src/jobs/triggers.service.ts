import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { preview, previewSkipped, type Preview } from '../calendar/preview.js';
import { currentTenant } from '../context/request-context.js';
import { Database, type Tx } from '../database/database.js';
import { expectVersion } from '../http/etag.js';
import { Clock } from '../kernel/clock.js';
import { notFound } from '../kernel/domain-error.js';
import { CalendarBooks } from './calendars/calendar-books.service.js';
import type { CalendarBook } from './calendars/stored-calendar.js';
import { Job } from './job.entity.js';
import { compileStored } from './stored-schedule.js';
import { tellTriggersTx } from './tell-triggers.js';
import {
  compileAt,
  defineSchedule,
  defineTrigger,
  firstInstant,
  sameInstants,
  type TriggerDefinition,
} from './trigger-definition.js';
import type { PatchTriggerDto, ScheduleInputDto, TriggerInputDto } from './trigger-input.dto.js';
import { auditedTrigger, nextOf, TriggerWriter } from './trigger-writer.service.js';
import { Trigger } from './trigger.entity.js';

/** Most triggers of one job. */
const MOST_TRIGGERS = 1_000;

/** Reads and changes single triggers of the tenant of the request. */
@Injectable()
export class TriggersService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TriggerWriter) private readonly writer: TriggerWriter,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(CalendarBooks) private readonly books: CalendarBooks,
  ) {}

  /** All triggers of a job, oldest first. Throws `not_found`. */
  async list(jobId: string): Promise<Trigger[]> {
    await this.jobTx(this.database.manager, jobId);
    return this.database.manager.find(Trigger, {
      where: { ...mine(jobId), deletedAt: IsNull() },
      order: { id: 'ASC' },
      take: MOST_TRIGGERS,
    });
  }

  /** Throws `not_found`. */
  async get(jobId: string, id: string): Promise<Trigger> {
    await this.jobTx(this.database.manager, jobId);
    const trigger = await this.database.manager.findOne(Trigger, {
      where: { id, ...mine(jobId), deletedAt: IsNull() },
    });
    if (trigger === null) throw notFound('trigger', id);
    return trigger;
  }

  /** Throws `not_found` for the job, `invalid_input`, `never_fires`. */
  async create(jobId: string, input: TriggerInputDto): Promise<Trigger> {
    const now = this.clock.now();
    const ids = await this.database.transaction(async (tx) => {
      const defined = await this.writer.defineTx(tx, [input], now);
      return this.writer.insertTx(tx, await this.jobTx(tx, jobId, true), defined, now);
    });
    return this.get(jobId, ids[0] ?? '');
  }

  /** Puts `input` in the place of the trigger. Throws as `patch` does. */
  replace(jobId: string, id: string, input: TriggerInputDto, ifMatch: string | undefined): Promise<Trigger> {
    return this.edit(jobId, id, ifMatch, input, () => null);
  }

  /**
   * Changes what `input` holds. The next instant is computed anew, from now on, when the change touches the schedule, the pause or the number
   * of runs. Throws `not_found`, `precondition_failed`, `invalid_input`, `never_fires`.
   */
  patch(jobId: string, id: string, input: PatchTriggerDto, ifMatch: string | undefined): Promise<Trigger> {
    return this.edit(jobId, id, ifMatch, input, (trigger) => trigger);
  }

  /** Stops or restarts one trigger. Pausing a paused one changes nothing, as with jobs. */
  async setPaused(jobId: string, id: string, paused: boolean, ifMatch: string | undefined): Promise<Trigger> {
    return this.edit(
      jobId,
      id,
      ifMatch,
      { paused },
      (trigger) => trigger,
      paused ? 'trigger.paused' : 'trigger.resumed',
    );
  }

  private async edit(
    jobId: string,
    id: string,
    ifMatch: string | undefined,
    input: PatchTriggerDto,
    baseOf: (trigger: Trigger) => TriggerDefinition | null,
    event = 'trigger.updated',
  ): Promise<Trigger> {
    await this.database.transaction(async (tx) => {
      const book = await this.shareCalendarsTx(tx, jobId, id, input);
      await this.editTx(tx, await this.jobTx(tx, jobId, true), id, ifMatch, input, baseOf, event, book);
    });
    return this.get(jobId, id);
  }

  /** `patch`, or with `id` null `create`, within a transaction that holds the lock of the job. `input` names no calendars. */
  async putTx(tx: Tx, job: Job, id: string | null, input: TriggerInputDto): Promise<void> {
    const now = this.clock.now();
    if (id === null) {
      await this.writer.insertTx(tx, job, await this.writer.defineTx(tx, [input], now), now);
      return;
    }
    const present = await this.calendarsOfTx(tx, job.id, id);
    // The lock of the job keeps a change of these calendars waiting; it computes the instants again when it gets there.
    const book = await this.books.read(present === null ? [] : [present], tx);
    await this.editTx(tx, job, id, undefined, input, (trigger) => trigger, 'trigger.updated', book);
  }

  private async editTx(
    tx: Tx,
    job: Job,
    id: string,
    ifMatch: string | undefined,
    input: PatchTriggerDto,
    baseOf: (trigger: Trigger) => TriggerDefinition | null,
    event: string,
    book: CalendarBook,
  ): Promise<void> {
    const now = this.clock.now();
    const jobId = job.id;
    const before = await this.lockTx(tx, jobId, id, ifMatch);
    if (event !== 'trigger.updated' && input.paused === before.paused) return;
    const defined = defineTrigger(input, baseOf(before), now, book);
    const after = { ...before, ...defined.definition };
    const isNew = !sameInstants(before, after) || before.paused !== after.paused || before.maxRuns !== after.maxRuns;
    if (!sameInstants(before, after)) firstInstant(defined, now.getTime());
    if (isNew) after.nextFireAt = job.paused || after.paused ? null : nextOf(after, book, now);
    await tx.update(
      Trigger,
      { id },
      {
        ...defined.definition,
        nextFireAt: after.nextFireAt,
        ...(isNew && { armedAt: () => 'now()' }),
        version: before.version + 1,
        updatedAt: () => 'now()',
      },
    );
    const subject = { type: 'trigger', id, name: after.name };
    await this.audit.recordTx(tx, {
      event,
      jobId,
      subject,
      before: auditedTrigger(before),
      after: auditedTrigger(after),
    });
    await tellTriggersTx(tx, [id]);
  }

  /** Throws `not_found`, `precondition_failed`. The history of the trigger stays. */
  async delete(jobId: string, id: string, ifMatch: string | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.jobTx(tx, jobId, true);
      const before = await this.lockTx(tx, jobId, id, ifMatch);
      await tx.update(Trigger, { id }, { deletedAt: () => 'now()', nextFireAt: null, version: before.version + 1 });
      const subject = { type: 'trigger', id, name: before.name };
      await this.audit.recordTx(tx, { event: 'trigger.deleted', jobId, subject, before: auditedTrigger(before) });
      await tellTriggersTx(tx, [id]);
    });
  }

  /** The next `count` instants of a stored trigger after `after`, as if nothing were paused; excluded ones too when asked. */
  async previewStored(
    jobId: string,
    id: string,
    after: Date | null,
    count: number,
    withExcluded: boolean,
  ): Promise<Preview> {
    const trigger = await this.get(jobId, id);
    const left = trigger.maxRuns === null ? count : Math.min(count, Math.max(0, trigger.maxRuns - trigger.runCount));
    const schedule = compileStored(trigger, await this.books.read([trigger]));
    return previewed(schedule, trigger.timeZone, (after ?? this.clock.now()).getTime(), left, withExcluded);
  }

  /** The next `count` instants of a schedule that is stored nowhere. Throws `invalid_input`. */
  async previewUnsaved(
    input: ScheduleInputDto,
    after: Date | null,
    count: number,
    withExcluded: boolean,
  ): Promise<Preview> {
    const now = this.clock.now();
    const columns = defineSchedule(input, null, now);
    const schedule = compileAt(columns, await this.books.read([columns]), '');
    return previewed(schedule, columns.timeZone, (after ?? now).getTime(), count, withExcluded);
  }

  /**
   * The calendars that the trigger names at present or is to name. They are locked first of all, so they are read off the trigger before
   * it is locked; should it come to name others in between, those are missing and the edit is refused as if there were none.
   */
  private async shareCalendarsTx(tx: Tx, jobId: string, id: string, input: PatchTriggerDto): Promise<CalendarBook> {
    const present = await this.calendarsOfTx(tx, jobId, id);
    return this.books.shareTx(tx, present === null ? [input] : [input, present]);
  }

  private calendarsOfTx(tx: Tx, jobId: string, id: string): Promise<Trigger | null> {
    return tx.findOne(Trigger, {
      where: { id, ...mine(jobId) },
      select: { id: true, excludeCalendars: true, onlyCalendars: true },
    });
  }

  private async jobTx(tx: Tx, id: string, lock = false): Promise<Job> {
    const job = await tx.findOne(Job, {
      where: { id, tenantId: currentTenant().id, deletedAt: IsNull() },
      ...(lock && { lock: { mode: 'for_no_key_update' } }),
    });
    if (job === null) throw notFound('job', id);
    return job;
  }

  private async lockTx(tx: Tx, jobId: string, id: string, ifMatch: string | undefined): Promise<Trigger> {
    const trigger = await tx.findOne(Trigger, {
      where: { id, ...mine(jobId), deletedAt: IsNull() },
      lock: { mode: 'pessimistic_write' },
    });
    if (trigger === null) throw notFound('trigger', id);
    expectVersion(ifMatch, trigger.version);
    return trigger;
  }
}

function previewed(...asked: Parameters<typeof preview>): Preview {
  const [schedule, , afterMs] = asked;
  const instants = preview(...asked);
  return { instants, skipped: previewSkipped(schedule, afterMs, instants) };
}

function mine(jobId: string): { jobId: string; tenantId: string } {
  return { jobId, tenantId: currentTenant().id };
}

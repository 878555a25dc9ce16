import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit-log/audit-log.service.js';
import { countInstants } from '../../calendar/instant-range.js';
import { preview } from '../../calendar/preview.js';
import { currentActor, currentTenant } from '../../context/request-context.js';
import { Database, queryTx } from '../../database/database.js';
import { JobClassRules } from '../../jobs/job-class-rules.service.js';
import { Job } from '../../jobs/job.entity.js';
import { CalendarBooks } from '../../jobs/calendars/calendar-books.service.js';
import { compileStored } from '../../jobs/stored-schedule.js';
import { Trigger } from '../../jobs/trigger.entity.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError, invalidField, notFound } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { IsNull } from 'typeorm';
import type { BackfillInputDto } from './backfill-input.dto.js';
import { Backfill, type BackfillState } from './backfill.entity.js';
import type { BackfillView, PlannedInstant } from './backfill.view.js';
import { freeze } from './frozen-schedule.js';
import { commandBackfill } from './sql/command-backfill.js';
import { judgeInstants } from './sql/judge-instants.js';
import { listBackfills } from './sql/list-backfills.js';
import { tellBackfills } from './sql/tell-backfills.js';

/** Instants of one backfill. More are asked for in several. */
export const MOST_INSTANTS = 100_000;

/** Which backfills to list; null: not filtered. */
export interface BackfillFilter {
  readonly triggerId: string | null;
  readonly state: BackfillState | null;
}

/** Asks for, shows and stops backfills of the tenant of the request. `BackfillFeeding` makes their executions. */
@Injectable()
export class BackfillsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(CalendarBooks) private readonly books: CalendarBooks,
    @Inject(JobClassRules) private readonly classes: JobClassRules,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** What a backfill would do: a page of its instants after `input.after`, and how many there are in all. Throws as `create` does. */
  async plan(triggerId: string, input: BackfillInputDto): Promise<{ total: number; instants: PlannedInstant[] }> {
    const { trigger, schedule, total } = await this.rangeOf(triggerId, input);
    const after = Math.max(input.from.getTime() - 1, input.after?.getTime() ?? -Infinity);
    const shown = preview(schedule, trigger.timeZone, after, input.count).filter(
      ({ atMs }) => atMs <= input.to.getTime(),
    );
    const known = await this.database.query<{ at: Date; state: string | null; isMadeUp: boolean }>(judgeInstants, [
      currentTenant().id,
      triggerId,
      shown.map(({ atMs }) => new Date(atMs)),
    ]);
    const byInstant = new Map(known.map((row) => [row.at.getTime(), row]));
    const outcomeOf = (atMs: number): PlannedInstant['outcome'] => {
      const row = byInstant.get(atMs);
      if (row === undefined) return 'create';
      const didNotRun = row.state === 'missed' || row.state === 'skipped';
      return didNotRun && input.includeMissed && !row.isMadeUp ? 'make_up' : 'leave_alone';
    };
    return { total, instants: shown.map(({ atMs, local, dst }) => ({ atMs, local, dst, outcome: outcomeOf(atMs) })) };
  }

  /**
   * Stores a backfill; the schedulers begin at once, also while the trigger or its job is paused. Throws `not_found`, `forbidden_class`, or
   * `invalid_input` for a range that is none, lies ahead or holds too much.
   */
  async create(triggerId: string, input: BackfillInputDto): Promise<BackfillView> {
    const { trigger, total, frozen } = await this.rangeOf(triggerId, input);
    const id = newId();
    const { from: fromAt, to: toAt, order: direction, maxConcurrency, includeMissed } = input;
    await this.database.transaction(async (tx) => {
      const { tenantId, jobId } = trigger;
      const job = await tx.findOne(Job, { where: { id: jobId, tenantId, deletedAt: IsNull() } });
      if (job === null) throw notFound('trigger', triggerId);
      await this.classes.permitTx(tx, job.jobClass);
      const asked = { fromAt, toAt, direction, maxConcurrency, includeMissed, total };
      const row = {
        ...asked,
        id,
        tenantId,
        jobId,
        triggerId,
        schedule: frozen,
        state: 'running',
        createdBy: currentActor(),
      };
      await tx.insert(Backfill, row as Parameters<typeof tx.insert<Backfill>>[1]);
      const subject = { type: 'backfill', id, name: trigger.name };
      await this.audit.recordTx(tx, { event: 'backfill.created', jobId, subject, after: { triggerId, ...asked } });
      await queryTx(tx, tellBackfills);
    });
    return this.get(id);
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<BackfillView> {
    const [backfill] = await this.database.query<BackfillView>(listBackfills, [
      currentTenant().id,
      null,
      null,
      null,
      id,
      1,
    ]);
    if (backfill === undefined) throw notFound('backfill', id);
    return backfill;
  }

  /** Up to `rows` backfills, newest first, older than `before`. */
  list({ triggerId, state }: BackfillFilter, before: string | null, rows: number): Promise<BackfillView[]> {
    return this.database.query(listBackfills, [currentTenant().id, before, triggerId, state, null, rows]);
  }

  /** Makes no further executions; those that exist go on. Throws `not_found`, or `invalid_state` when it is over. */
  pause(id: string): Promise<BackfillView> {
    return this.command(id, ['running'], 'paused', 'backfill.paused');
  }

  /** Goes on where it stopped. Throws `not_found`, or `invalid_state` when it is over. */
  resume(id: string): Promise<BackfillView> {
    return this.command(id, ['paused'], 'running', 'backfill.resumed');
  }

  /** Ends it; executions that exist go on. Cancelling twice changes nothing. Throws `not_found`, or `invalid_state` when it is completed. */
  cancel(id: string): Promise<BackfillView> {
    return this.command(id, ['running', 'paused'], 'cancelled', 'backfill.cancelled');
  }

  private async command(id: string, from: BackfillState[], to: BackfillState, event: string): Promise<BackfillView> {
    const before = await this.get(id);
    await this.database.transaction(async (tx) => {
      const changed = await queryTx(tx, commandBackfill, [currentTenant().id, id, from, to]);
      if (changed.length === 0) return;
      const subject = { type: 'backfill', id };
      await this.audit.recordTx(tx, {
        event,
        jobId: before.jobId,
        subject,
        before: { state: before.state },
        after: { state: to },
      });
      await queryTx(tx, tellBackfills);
    });
    const after = await this.get(id);
    if (after.state !== to)
      throw new DomainError('invalid_state', `Backfill ${id} is ${after.state}; it cannot become ${to} any more.`);
    return after;
  }

  private async rangeOf(triggerId: string, { from, to }: BackfillInputDto) {
    const where = { id: triggerId, tenantId: currentTenant().id, deletedAt: IsNull() };
    const trigger = await this.database.manager.findOne(Trigger, { where });
    if (trigger === null) throw notFound('trigger', triggerId);
    if (to < from)
      throw invalidField('/to', 'end_before_start', `/to ${to.toISOString()} is before /from ${from.toISOString()}.`);
    const now = this.clock.now();
    if (to > now)
      throw invalidField(
        '/to',
        'future',
        `/to ${to.toISOString()} is ahead of now, ${now.toISOString()}; what is ahead fires by itself.`,
      );
    const book = await this.books.read([trigger]);
    const schedule = compileStored(trigger, book);
    const total = await countInstants(schedule, from.getTime(), to.getTime(), MOST_INSTANTS + 1);
    if (total > MOST_INSTANTS)
      throw invalidField(
        '/to',
        'too_many',
        `/from ${from.toISOString()} to /to ${to.toISOString()} holds more than ${MOST_INSTANTS} instants; ask for a part of it.`,
      );
    return { trigger, schedule, total, frozen: freeze(trigger, book) };
  }
}

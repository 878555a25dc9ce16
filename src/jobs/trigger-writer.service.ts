import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../context/request-context.js';
import { queryTx, type Tx } from '../database/database.js';
import { newId } from '../kernel/ids.js';
import { CalendarBooks } from './calendars/calendar-books.service.js';
import type { CalendarBook } from './calendars/stored-calendar.js';
import { compileStored } from './stored-schedule.js';
import { deleteTriggers } from './sql/delete-triggers.js';
import { setNextInstants } from './sql/set-next-instants.js';
import { stopTriggers } from './sql/stop-triggers.js';
import { tellTriggersTx } from './tell-triggers.js';
import {
  countedFrom,
  defineTrigger,
  firstInstant,
  type DefinedTrigger,
  type LateDates,
  type TriggerDefinition,
} from './trigger-definition.js';
import type { PatchTriggerDto } from './trigger-input.dto.js';
import { Trigger } from './trigger.entity.js';

/** Writes the triggers of a job within the transaction of whoever changes the job, and tells the schedulers. */
@Injectable()
export class TriggerWriter {
  constructor(
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(CalendarBooks) private readonly books: CalendarBooks,
  ) {}

  /**
   * Checks definitions that are about to be stored, and locks the calendars that they name: before the job is locked. `pointerOf` gives
   * what stands before the fields of the n-th in errors. Throws `invalid_input`, or `never_fires` when one has no instant left.
   */
  async defineTx(
    tx: Tx,
    inputs: readonly PatchTriggerDto[],
    now: Date,
    pointerOf: (index: number) => string = () => '',
    lateDates: LateDates = 'refuse',
  ): Promise<DefinedTrigger[]> {
    const book = await this.books.shareTx(tx, inputs);
    return inputs.map((input, index) => {
      const defined = defineTrigger(input, null, now, book, pointerOf(index));
      firstInstant(defined, countedFrom(defined.definition, now.getTime(), lateDates), pointerOf(index));
      return defined;
    });
  }

  /** Stores new triggers of a job; answers their ids. */
  async insertTx(
    tx: Tx,
    job: { id: string; paused: boolean },
    defined: readonly DefinedTrigger[],
    now: Date,
    lateDates: LateDates = 'refuse',
  ): Promise<string[]> {
    const rows = defined.map(({ definition, schedule }) => ({
      ...definition,
      id: newId(),
      tenantId: currentTenant().id,
      jobId: job.id,
      createdBy: currentActor(),
      nextFireAt:
        job.paused || definition.paused
          ? null
          : instant(schedule.next(countedFrom(definition, now.getTime(), lateDates))),
    }));
    if (rows.length === 0) return [];
    await tx.insert(Trigger, rows);
    await this.audit.recordAllTx(
      tx,
      rows.map((row) => ({
        event: 'trigger.created',
        jobId: job.id,
        subject: { type: 'trigger', id: row.id, name: row.name },
        after: auditedTrigger(row),
      })),
    );
    const ids = rows.map((row) => row.id);
    await tellTriggersTx(tx, ids);
    return ids;
  }

  /** Takes the next instant from all triggers of a job. */
  async stopAllTx(tx: Tx, jobId: string): Promise<void> {
    const rows = await queryTx<{ id: string }>(tx, stopTriggers, [jobId]);
    await tellTriggersTx(
      tx,
      rows.map((row) => row.id),
    );
  }

  /** Gives the triggers of a job that are not paused themselves their next instant after `now`. */
  async restartAllTx(tx: Tx, jobId: string, now: Date): Promise<void> {
    const triggers = await tx.find(Trigger, {
      where: { jobId, paused: false, deletedAt: IsNull() },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const ids = triggers.map((trigger) => trigger.id);
    // The lock of the job keeps a change of these calendars waiting; it computes the instants again when it gets there.
    const book = await this.books.read(triggers, tx);
    await queryTx(tx, setNextInstants, [ids, triggers.map((trigger) => nextOf(trigger, book, now))]);
    await tellTriggersTx(tx, ids);
  }

  /** Marks all triggers of a job as deleted. */
  async deleteAllTx(tx: Tx, jobId: string): Promise<void> {
    const rows = await queryTx<{ id: string }>(tx, deleteTriggers, [jobId]);
    await tellTriggersTx(
      tx,
      rows.map((row) => row.id),
    );
  }
}

/** The next instant of a stored trigger after `now`, null when its runs are used up. */
export function nextOf(
  trigger: Pick<Trigger, 'maxRuns' | 'runCount'> & Parameters<typeof compileStored>[0],
  book: CalendarBook,
  now: Date,
): Date | null {
  if (trigger.maxRuns !== null && trigger.runCount >= trigger.maxRuns) return null;
  return instant(compileStored(trigger, book).next(now.getTime()));
}

/** The part of a trigger that the audit log compares. */
export function auditedTrigger(trigger: TriggerDefinition): TriggerDefinition {
  const {
    kind,
    spec,
    timeZone,
    startAt,
    endAt,
    dstGap,
    dstOverlap,
    excludeCalendars,
    onlyCalendars,
    name,
    maxRuns,
    jitterMs,
    misfirePolicy,
    misfireGraceMs,
    misfireCap,
    catchUpWindowMs,
    paused,
  } = trigger;
  return {
    kind,
    spec,
    timeZone,
    startAt,
    endAt,
    dstGap,
    dstOverlap,
    excludeCalendars,
    onlyCalendars,
    name,
    maxRuns,
    jitterMs,
    misfirePolicy,
    misfireGraceMs,
    misfireCap,
    catchUpWindowMs,
    paused,
  };
}

function instant(atMs: number | null): Date | null {
  return atMs === null ? null : new Date(atMs);
}

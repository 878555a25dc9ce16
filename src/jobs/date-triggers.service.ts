import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { notFound } from '../kernel/domain-error.js';
import { CalendarBooks } from './calendars/calendar-books.service.js';
import { Job } from './job.entity.js';
import { tellTriggersTx } from './tell-triggers.js';
import { countedFrom, defineTrigger, firstInstant } from './trigger-definition.js';
import { auditedTrigger } from './trigger-writer.service.js';
import { Trigger } from './trigger.entity.js';

/** Moves one-shot triggers of the tenant of the request to instants that may have passed, which `TriggersService` refuses. */
@Injectable()
export class DateTriggers {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(CalendarBooks) private readonly books: CalendarBooks,
  ) {}

  /**
   * Gives a date trigger another instant, and the zone that people see it in. A late instant is due at once, and the misfire rule of the
   * trigger decides about it. One that was fired before is armed again, unless it already fired at this very instant. Answers whether the
   * scheduler is done with it. Throws `not_found`, `invalid_input`.
   */
  async move(jobId: string, id: string, at: Date, timeZone: string): Promise<{ readonly isDone: boolean }> {
    return this.database.transaction(async (tx) => {
      const tenantId = currentTenant().id;
      const alive = { tenantId, deletedAt: IsNull() };
      const job = await tx.findOne(Job, { where: { id: jobId, ...alive }, lock: { mode: 'for_no_key_update' } });
      if (job === null) throw notFound('job', jobId);
      const where = { id, jobId, kind: 'date' as const, ...alive };
      const before = await tx.findOne(Trigger, { where, lock: { mode: 'pessimistic_write' } });
      if (before === null) throw notFound('trigger', id);
      // The lock of the job keeps a change of these calendars waiting; it computes the instants again when it gets there.
      const book = await this.books.read([before], tx);
      const defined = defineTrigger({ at, timeZone }, before, this.clock.now(), book);
      const instantMs = firstInstant(defined, countedFrom(defined.definition, 0, 'fire'));
      const isDone = before.lastFireAt?.getTime() === instantMs;
      const nextFireAt = isDone || job.paused || before.paused ? null : new Date(instantMs);
      await tx.update(
        Trigger,
        { id },
        { ...defined.definition, nextFireAt, version: before.version + 1, updatedAt: () => 'now()' },
      );
      await this.audit.recordTx(tx, {
        event: 'trigger.updated',
        jobId,
        subject: { type: 'trigger', id, name: before.name },
        before: auditedTrigger(before),
        after: auditedTrigger(defined.definition),
      });
      await tellTriggersTx(tx, [id]);
      return { isDone };
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit-log/audit-log.service.js';
import { compileCalendar } from '../../calendar/exclusion-calendar.js';
import { currentActor, currentTenant } from '../../context/request-context.js';
import { Database, queryTx, type Tx } from '../../database/database.js';
import { sqlState } from '../../database/sql-state.js';
import { expectVersion } from '../../http/etag.js';
import { DomainError, notFound } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { CalendarRearm } from './calendar-rearm.service.js';
import type { CalendarInputDto, PatchCalendarDto } from './calendar.dto.js';
import { Calendar } from './calendar.entity.js';
import { listCalendars } from './sql/list-calendars.js';
import { nameCalendarUsers } from './sql/name-calendar-users.js';

const UNIQUE_VIOLATION = '23505';
/** Users that the refusal of a deletion names. */
const NAMED_USERS = 5;

type Definition = Pick<Calendar, 'name' | 'description' | 'timeZone' | 'entries'>;
const DEFAULTS: Omit<Definition, 'name'> = { description: '', timeZone: 'UTC', entries: [] };

/** Exclusion calendars of the tenant of the request. A change moves the next instants of the triggers that name the calendar. */
@Injectable()
export class CalendarsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(CalendarRearm) private readonly rearm: CalendarRearm,
  ) {}

  /** Up to `rows` calendars by name, after the name `after`. */
  list(after: string | null, rows: number): Promise<Calendar[]> {
    return this.database.query<Calendar>(listCalendars, [currentTenant().id, after, rows]);
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<Calendar> {
    const calendar = await this.database.manager.findOne(Calendar, { where: { id, tenantId: currentTenant().id } });
    if (calendar === null) throw notFound('calendar', id);
    return calendar;
  }

  /** Throws `invalid_input`, or `conflict` when the name is taken. */
  async create(input: CalendarInputDto): Promise<Calendar> {
    const definition = { ...DEFAULTS, ...given(input), name: input.name };
    compileCalendar(definition);
    const id = newId();
    await this.naming(definition.name, async (tx) => {
      await tx.insert(Calendar, { ...definition, id, tenantId: currentTenant().id, createdBy: currentActor() });
      const subject = { type: 'calendar', id, name: definition.name };
      await this.audit.recordTx(tx, { event: 'calendar.created', subject, after: definition });
    });
    return this.get(id);
  }

  /** Puts `input` in the place of the calendar. Throws as `patch` does. */
  replace(id: string, input: CalendarInputDto, ifMatch: string | undefined): Promise<Calendar> {
    return this.edit(id, { ...DEFAULTS, ...given(input) }, ifMatch);
  }

  /**
   * Changes what `input` holds; the triggers that name the calendar get their next instants anew, and the new name with it. Throws
   * `not_found`, `precondition_failed`, `invalid_input`, or `conflict` when the name is taken.
   */
  patch(id: string, input: PatchCalendarDto, ifMatch: string | undefined): Promise<Calendar> {
    return this.edit(id, given(input), ifMatch);
  }

  private async edit(id: string, changes: Partial<Definition>, ifMatch: string | undefined): Promise<Calendar> {
    await this.naming(changes.name ?? '', async (tx) => {
      const before = await this.lockTx(tx, id, ifMatch);
      const after = { ...definitionOf(before), ...changes };
      compileCalendar(after);
      await tx.update(
        Calendar,
        { id },
        {
          ...after,
          version: before.version + 1,
          updatedAt: () => 'now()',
        },
      );
      const users = await this.rearm.usersTx(tx, before.name, after.name);
      const subject = { type: 'calendar', id, name: after.name };
      await this.audit.recordTx(tx, {
        event: 'calendar.updated',
        subject,
        before: definitionOf(before),
        after: { ...after, ...(users > 0 && { triggersMoved: users }) },
      });
    });
    return this.get(id);
  }

  /** Throws `not_found`, `precondition_failed`, or `conflict` that names the triggers that use it. */
  async delete(id: string, ifMatch: string | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await this.lockTx(tx, id, ifMatch);
      await this.refuseUsedTx(tx, before);
      await tx.delete(Calendar, { id });
      const subject = { type: 'calendar', id, name: before.name };
      await this.audit.recordTx(tx, { event: 'calendar.deleted', subject, before: definitionOf(before) });
    });
  }

  private async refuseUsedTx(tx: Tx, { name }: Calendar): Promise<void> {
    const values = [currentTenant().id, name, NAMED_USERS];
    const users = await queryTx<{ id: string; jobName: string; users: number }>(tx, nameCalendarUsers, values);
    const [first] = users;
    if (first === undefined) return;
    const named = users.map((user) => `${user.id} of job ${JSON.stringify(user.jobName)}`).join(', ');
    const more = first.users > users.length ? ` and ${first.users - users.length} more` : '';
    throw new DomainError(
      'conflict',
      `The calendar ${JSON.stringify(name)} is used by ${first.users} trigger(s): ${named}${more}. Take it out of them first.`,
    );
  }

  private async lockTx(tx: Tx, id: string, ifMatch: string | undefined): Promise<Calendar> {
    const where = { id, tenantId: currentTenant().id };
    const calendar = await tx.findOne(Calendar, { where, lock: { mode: 'pessimistic_write' } });
    if (calendar === null) throw notFound('calendar', id);
    expectVersion(ifMatch, calendar.version);
    return calendar;
  }

  private async naming(name: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await this.database.transaction(work);
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new DomainError('conflict', `There is a calendar ${JSON.stringify(name)} already.`, [], { cause: error });
    }
  }
}

function definitionOf({ name, description, timeZone, entries }: Calendar): Definition {
  return { name, description, timeZone, entries };
}

/** The fields that the input holds, entries as plain objects without what is absent from them. */
function given(input: PatchCalendarDto): Partial<Definition> {
  const { name, description, timeZone, entries } = input;
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(timeZone !== undefined && { timeZone }),
    ...(entries !== undefined && {
      entries: entries.map((entry) =>
        Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)),
      ),
    }),
  };
}

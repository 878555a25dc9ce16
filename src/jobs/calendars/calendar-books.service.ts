import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../../context/request-context.js';
import { Database, queryTx, type Tx } from '../../database/database.js';
import { calendarsByName } from './sql/calendars-by-name.js';
import { shareCalendars } from './sql/share-calendars.js';
import { NO_CALENDARS, type CalendarBook, type StoredCalendar } from './stored-calendar.js';

/** What names calendars: a trigger, or what somebody wants to make of one. */
export interface NamesCalendars {
  readonly excludeCalendars?: readonly string[] | undefined;
  readonly onlyCalendars?: readonly string[] | undefined;
}

/** Reads the calendars that triggers of the tenant of the request name. A name that there is none for is left out. */
@Injectable()
export class CalendarBooks {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** As they are now. */
  async read(users: readonly NamesCalendars[], tx: Tx = this.database.manager): Promise<CalendarBook> {
    const names = namesOf(users);
    if (names.length === 0) return NO_CALENDARS;
    const tenants = names.map(() => currentTenant().id);
    return bookOf(await queryTx<StoredCalendar>(tx, calendarsByName, [tenants, names]));
  }

  /** The same, and until the transaction ends nobody changes or deletes them. To be called before jobs and triggers are locked. */
  async shareTx(tx: Tx, users: readonly NamesCalendars[]): Promise<CalendarBook> {
    const names = namesOf(users);
    if (names.length === 0) return NO_CALENDARS;
    return bookOf(await queryTx<StoredCalendar>(tx, shareCalendars, [currentTenant().id, names]));
  }
}

/** Every name once. */
export function namesOf(users: readonly NamesCalendars[]): string[] {
  return [...new Set(users.flatMap((user) => [...(user.excludeCalendars ?? []), ...(user.onlyCalendars ?? [])]))];
}

function bookOf(calendars: readonly StoredCalendar[]): CalendarBook {
  return new Map(calendars.map((calendar) => [calendar.name, calendar]));
}

import { Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { namesOf } from './calendars/calendar-books.service.js';
import { calendarsByName } from './calendars/sql/calendars-by-name.js';
import { NO_CALENDARS, type CalendarBook, type StoredCalendar } from './calendars/stored-calendar.js';
import { databaseClock } from './sql/database-clock.js';
import { dueTriggers } from './sql/due-triggers.js';
import { triggersById } from './sql/triggers-by-id.js';
import type { ScheduleColumns } from './stored-schedule.js';
import type { MisfirePolicy } from '../calendar/schedule.js';

/** A trigger that has a next instant, as the scheduler needs it. */
export interface DueTrigger extends ScheduleColumns {
  readonly id: string;
  readonly tenantId: string;
  /** The calendars that it names, of a version at least as new as the trigger's. */
  readonly calendars: CalendarBook;
  readonly version: number;
  readonly nextFireAt: Date;
  /** Instants up to here have their rows, or are from before the trigger was armed. */
  readonly accountedTo: Date;
  readonly maxRuns: number | null;
  readonly runCount: number;
  readonly jitterMs: number;
  readonly misfirePolicy: MisfirePolicy;
  readonly misfireGraceMs: number;
  readonly misfireCap: number;
  readonly catchUpWindowMs: number | null;
}

type Row = Omit<DueTrigger, 'calendars'>;

const PAGE = 5_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** The side of the triggers that the scheduler reads. */
@Injectable()
export class DueTriggers {
  constructor(private readonly pool: DispatchPool) {}

  /** All triggers that fire within `horizonMs` from now or should have fired already, in pages, soonest first. */
  async *within(horizonMs: number): AsyncGenerator<DueTrigger[]> {
    let last: Pick<DueTrigger, 'nextFireAt' | 'id'> = { nextFireAt: new Date(0), id: NO_ID };
    for (;;) {
      const rows = await this.pool.run<Row>(dueTriggers, [horizonMs, last.nextFireAt, last.id, PAGE]);
      const page = await this.withCalendars(rows);
      if (page.length > 0) yield page;
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE) return;
      last = end;
    }
  }

  /** The given triggers, without those that have no next instant. */
  async byIds(ids: readonly string[]): Promise<DueTrigger[]> {
    return this.withCalendars(await this.pool.run<Row>(triggersById, [ids]));
  }

  /**
   * One statement for the calendars of all of them, none when there are none. Read after the triggers: one that has changed in between
   * has changed the versions of its triggers too, so that nothing planned with it is fired.
   */
  private async withCalendars(rows: readonly Row[]): Promise<DueTrigger[]> {
    const pairs = [
      ...new Map(
        rows.flatMap((row) => namesOf([row]).map((name) => [`${row.tenantId}${name}`, { ...row, name }])),
      ).values(),
    ];
    const books = new Map<string, Map<string, StoredCalendar>>();
    if (pairs.length > 0) {
      const values = [pairs.map((pair) => pair.tenantId), pairs.map((pair) => pair.name)];
      for (const calendar of await this.pool.run<StoredCalendar & { tenantId: string }>(calendarsByName, values)) {
        const book = books.get(calendar.tenantId) ?? new Map<string, StoredCalendar>();
        books.set(calendar.tenantId, book.set(calendar.name, calendar));
      }
    }
    return rows.map((row) => ({ ...row, calendars: books.get(row.tenantId) ?? NO_CALENDARS }));
  }

  /** Milliseconds by which the database's clock is ahead of `localNowMs()`, give or take half a round trip. */
  async clockOffsetMs(localNowMs: () => number): Promise<number> {
    const before = localNowMs();
    const [row] = await this.pool.run<{ nowMs: string }>(databaseClock, []);
    const after = localNowMs();
    return row === undefined ? 0 : Number(row.nowMs) - (before + after) / 2;
  }
}

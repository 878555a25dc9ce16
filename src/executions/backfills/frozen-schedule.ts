import type { Schedule } from '../../calendar/schedule.js';
import type { CalendarBook } from '../../jobs/calendars/stored-calendar.js';
import { compileStored, type ScheduleColumns } from '../../jobs/stored-schedule.js';
import type { FrozenSchedule } from './backfill.entity.js';

/** What a backfill keeps of its trigger, so that later edits of the trigger do not change what was asked for. */
export function freeze(columns: ScheduleColumns, book: CalendarBook): FrozenSchedule {
  const { kind, spec, timeZone, startAt, endAt, dstGap, dstOverlap, excludeCalendars, onlyCalendars } = columns;
  return {
    ...{ kind, spec, timeZone, dstGap, dstOverlap, excludeCalendars, onlyCalendars },
    startAt: startAt?.toISOString() ?? null,
    endAt: endAt?.toISOString() ?? null,
    calendars: [...book.values()].map(({ id, name, timeZone: zone, entries, version }) => ({
      ...{ id, name, entries, version },
      timeZone: zone,
    })),
  };
}

/** The schedule again. */
export function thaw({ startAt, endAt, calendars, ...columns }: FrozenSchedule): Schedule {
  return compileStored(
    {
      ...columns,
      startAt: startAt === null ? null : new Date(startAt),
      endAt: endAt === null ? null : new Date(endAt),
    },
    new Map(calendars.map((calendar) => [calendar.name, calendar])),
  );
}

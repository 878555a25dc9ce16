import { LimitedSchedule } from '../calendar/limited-schedule.js';
import { compileSchedule, type Schedule, type ScheduleOptions, type ScheduleSpec } from '../calendar/schedule.js';
import { calendarsOf, type CalendarBook } from './calendars/stored-calendar.js';
import type { StoredSpec, Trigger, TriggerKind } from './trigger.entity.js';

/** The columns of a trigger that determine its instants. */
export type ScheduleColumns = Pick<
  Trigger,
  'kind' | 'spec' | 'timeZone' | 'startAt' | 'endAt' | 'dstGap' | 'dstOverlap' | 'excludeCalendars' | 'onlyCalendars'
>;

/** What `calendar/` wants, from what the table stores. */
export function scheduleSpec(kind: TriggerKind, spec: StoredSpec): ScheduleSpec {
  switch (kind) {
    case 'cron':
      return 'fields' in spec
        ? { kind, fields: spec.fields }
        : { kind, expression: (spec as { expression: string }).expression };
    case 'interval': {
      const { everyMs, anchorAt } = spec as { everyMs: number; anchorAt: string };
      return { kind, everyMs, anchorAtMs: Date.parse(anchorAt) };
    }
    case 'date':
      return { kind, atMs: Date.parse((spec as { at: string }).at) };
    case 'rrule':
      return { kind, text: (spec as { rrule: string }).rrule };
  }
}

/**
 * Compiles a stored trigger with the calendars that it names. Throws `invalid_input` as `compileSchedule` does, and for a calendar
 * that is not in the book.
 */
export function compileStored(columns: ScheduleColumns, book: CalendarBook): Schedule {
  const options: ScheduleOptions = {
    timeZone: columns.timeZone,
    startAtMs: columns.startAt?.getTime() ?? null,
    endAtMs: columns.endAt?.getTime() ?? null,
    dstGap: columns.dstGap,
    dstOverlap: columns.dstOverlap,
  };
  const schedule = compileSchedule(scheduleSpec(columns.kind, columns.spec), options);
  if (columns.excludeCalendars.length === 0 && columns.onlyCalendars.length === 0) return schedule;
  return new LimitedSchedule(
    schedule,
    calendarsOf(columns.excludeCalendars, book, '/excludeCalendars'),
    calendarsOf(columns.onlyCalendars, book, '/onlyCalendars'),
  );
}

/** Two triggers with equal keys have the same instants, if their calendars are those of the book. */
export function scheduleKey(columns: ScheduleColumns, book: CalendarBook): string {
  const versionsOf = (names: readonly string[]): unknown[] =>
    names.map((name) => [book.get(name)?.id, book.get(name)?.version]);
  return JSON.stringify([
    columns.kind,
    columns.spec,
    columns.timeZone,
    columns.startAt,
    columns.endAt,
    columns.dstGap,
    columns.dstOverlap,
    versionsOf(columns.excludeCalendars),
    versionsOf(columns.onlyCalendars),
  ]);
}

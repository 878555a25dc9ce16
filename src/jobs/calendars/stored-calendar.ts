import { compileCalendar, type CalendarEntry, type ExclusionCalendar } from '../../calendar/exclusion-calendar.js';
import type { NamedCalendar } from '../../calendar/limited-schedule.js';
import { invalidField } from '../../kernel/domain-error.js';

/** What firing and preview need of a calendar. */
export interface StoredCalendar {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly entries: readonly CalendarEntry[];
  readonly version: number;
}

/** Calendars of one tenant by name, as far as some triggers name them. */
export type CalendarBook = ReadonlyMap<string, StoredCalendar>;

/** For schedules that name none. */
export const NO_CALENDARS: CalendarBook = new Map();

// Many triggers share a calendar: it is compiled once for all that were read with it, and goes when they go.
const compiled = new WeakMap<StoredCalendar, ExclusionCalendar>();

/** The calendars of these names, ready for use. Throws `invalid_input` at `field` for a name that is not in the book. */
export function calendarsOf(names: readonly string[], book: CalendarBook, field: string): NamedCalendar[] {
  return names.map((name) => {
    const stored = book.get(name);
    if (stored === undefined)
      throw invalidField(
        field,
        'unknown_calendar',
        `there is no calendar ${JSON.stringify(name)}; make it first, or name another`,
      );
    const calendar = compiled.get(stored) ?? compileCalendar(stored);
    compiled.set(stored, calendar);
    return { name, calendar };
  });
}

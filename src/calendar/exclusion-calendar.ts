/**
 * Named sets of time that triggers leave out or keep to: days, ranges of days, days of every year, recurring rules. A calendar has
 * a zone of its own, in which its days begin and end.
 */
import { DomainError, invalidField } from '../kernel/domain-error.js';
import { coverCron, coverDays, coverRrule, coverYearly, type LocalCoverage } from './calendar-entries.js';
import { DAY_MS, monthLength } from './civil-date.js';
import { InputProblems } from './input-problems.js';
import { normaliseZone } from './zone-name.js';
import { zoneRules, type ZoneRules } from './zone-rules.js';

/** One entry: exactly one of its forms. Dates are `YYYY-MM-DD`, `yearly` is `MM-DD`; both ends of a range belong to it. */
export interface CalendarEntry {
  date?: string;
  from?: string;
  to?: string;
  yearly?: string;
  /** DTSTART and RRULE lines: the whole days on which the rule has a time. */
  rrule?: string;
  /** The minutes that the expression selects; the seconds with six fields. */
  cron?: string;
}

/** What a calendar says. */
export interface CalendarDefinition {
  /** IANA name or alias. */
  timeZone: string;
  entries: readonly CalendarEntry[];
}

/** Most entries of one calendar. */
export const MOST_ENTRIES = 1_000;

/** The time that a calendar covers. */
export class ExclusionCalendar {
  constructor(
    private readonly zone: ZoneRules,
    private readonly entries: readonly LocalCoverage[],
  ) {}

  /** Lower bound of the end of the coverage that the instant is in, or the instant itself when it is not covered. */
  end(atMs: number): number {
    const segment = this.zone.segmentAt(atMs);
    const localMs = atMs + segment.offsetMs;
    const endMs = Math.max(localMs, ...this.entries.map((entry) => entry.end(localMs)));
    // At an offset change the wall clock jumps, so what holds after it has to be asked anew.
    return endMs === localMs ? atMs : Math.min(segment.toMs, endMs - segment.offsetMs);
  }

  /** Lower bound, at or after `atMs`, of the next covered instant: `atMs` itself when it is covered, Infinity when nothing follows. */
  start(atMs: number): number {
    const segment = this.zone.segmentAt(atMs);
    const localMs = atMs + segment.offsetMs;
    const startMs = Math.min(Infinity, ...this.entries.map((entry) => entry.start(localMs)));
    if (startMs === Infinity && segment.offsetAfterMs >= segment.offsetMs) return Infinity;
    return Math.min(segment.toMs, startMs - segment.offsetMs);
  }
}

/**
 * Checks a calendar and prepares it. An empty one covers nothing.
 * @throws DomainError `invalid_input` with every problem found, at `/timeZone` or `/entries/<n>` and the field in it
 */
export function compileCalendar({ timeZone, entries }: CalendarDefinition): ExclusionCalendar {
  const problems = new InputProblems();
  const zone = problems.attempt(() => normaliseZone(timeZone));
  const days: [number, number][] = [];
  const yearly = new Set<number>();
  const rules: LocalCoverage[] = [];
  entries.forEach((entry, index) => {
    problems.attempt(() => {
      const at = `/entries/${index}`;
      const form = formOf(entry, at);
      if (form === 'date') days.push([readDay(entry, 'date', at), readDay(entry, 'date', at)]);
      else if (form === 'range') days.push(readRange(entry, at));
      else if (form === 'yearly') yearly.add(readMonthDay(entry.yearly ?? '', at));
      else if (form === 'cron') rules.push(placed(`${at}/cron`, () => coverCron(entry.cron ?? '')));
      else if (zone !== undefined) rules.push(placed(`${at}/rrule`, () => coverRrule(entry.rrule ?? '', zone)));
    });
  });
  problems.throwIfAny();
  if (zone === undefined) throw new Error('a problem went unreported');
  if (days.length > 0) rules.push(coverDays(days));
  if (yearly.size > 0) rules.push(coverYearly(yearly));
  return new ExclusionCalendar(zoneRules(zone), rules);
}

type Form = 'date' | 'range' | 'yearly' | 'rrule' | 'cron';

function formOf(entry: CalendarEntry, at: string): Form {
  const given = Object.keys(entry)
    .filter((key) => entry[key as keyof CalendarEntry] !== undefined)
    .sort()
    .join(' and ');
  if (given === 'from and to') return 'range';
  if (given === 'date' || given === 'yearly' || given === 'rrule' || given === 'cron') return given;
  throw invalidField(
    at,
    'entry',
    `${at} has ${given || 'nothing'}; give exactly one of date, from and to, yearly, rrule, cron`,
  );
}

function readRange(entry: CalendarEntry, at: string): [number, number] {
  const range: [number, number] = [readDay(entry, 'from', at), readDay(entry, 'to', at)];
  if (range[1] < range[0])
    throw invalidField(
      `${at}/to`,
      'end_before_start',
      `${at}/to: ${String(entry.to)} is before from ${String(entry.from)}`,
    );
  return range;
}

/** Days since 1970. */
function readDay(entry: CalendarEntry, field: 'date' | 'from' | 'to', at: string): number {
  const text = entry[field] ?? '';
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // Date.parse takes 30 February for 1 March, so what it shows must be what was written.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text || ms < Date.UTC(1900, 0, 1))
    throw invalidField(
      `${at}/${field}`,
      'date',
      `${at}/${field}: ${JSON.stringify(text)} is no date from 1900 on such as 2026-12-25`,
    );
  return ms / DAY_MS;
}

function readMonthDay(text: string, at: string): number {
  const [, month = 0, day = 0] = (/^(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > monthLength(2000, month - 1))
    throw invalidField(
      `${at}/yearly`,
      'month_day',
      `${at}/yearly: ${JSON.stringify(text)} is no month and day such as 12-25`,
    );
  return month * 100 + day;
}

/** What `read` refuses, at the field of the entry. */
function placed<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const fields = error.fields.map((problem) => ({ ...problem, field, message: `${field}: ${problem.message}` }));
    throw new DomainError(error.code, fields.map((problem) => problem.message).join('; '), fields, { cause: error });
  }
}

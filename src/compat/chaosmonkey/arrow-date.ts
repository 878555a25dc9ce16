/** Reads dates as the original does: arrow 0.10, whose search is not anchored, so that much more passes than its documents say. Pure. */

/** A wall clock with the offset that was written beside it. */
export interface ReadDate {
  /** The wall clock, as if it were UTC, in ms since the epoch. */
  readonly wallMs: number;
  /** Ahead of UTC, in ms; 0 when none was written. */
  readonly offsetMs: number;
}

/** What can be scheduled: 1900 to 9999 (`calendar/civil-date.ts`). The original's range begins in the year 1. */
const FIRST_MS = Date.UTC(1900, 0, 1);
const LAST_MS = Date.UTC(10_000, 0, 1) - 1;

/** What Python's `float` reads of text, infinities and NaN aside. */
const NUMBER = /^\s*[+-]?(\d(_?\d)*\.?(\d(_?\d)*)?|\.\d(_?\d)*)(e[+-]?\d(_?\d)*)?\s*$/i;
const DATE_FORMS = [
  /(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})/,
  /(?<year>\d{4})\/(?<month>\d{2})\/(?<day>\d{2})/,
  /(?<year>\d{4})\.(?<month>\d{2})\.(?<day>\d{2})/,
  /(?<year>\d{4})-(?<month>\d{2})/,
  /(?<year>\d{4})\/(?<month>\d{2})/,
  /(?<year>\d{4})\.(?<month>\d{2})/,
  /(?<year>\d{4})/,
];
const DAY_FORM = '(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})';
const MINUTE_FORM = '(?<hour>\\d{2}):(?<minute>\\d{2})';
const OFFSET_FORM = '(?<offset>[+-]?\\d{2}:?(\\d{2})?)';

/**
 * The date in a text; null for what the original refuses, and for what makes it crash (month 13, 30 February, an offset after the epoch
 * of its own output format). A bare number counts seconds since the epoch, so `2027` lies in 1970. A zone's name or `Z` is not read.
 */
export function readArrowDate(text: string): ReadDate | null {
  const date = NUMBER.test(text) ? ofTimestamp(text) : ofText(text);
  if (date === null) return null;
  const atMs = date.wallMs - date.offsetMs;
  return atMs >= FIRST_MS && atMs <= LAST_MS ? date : null;
}

function ofTimestamp(text: string): ReadDate {
  return { wallMs: Math.round(Number(text.replaceAll('_', '')) * 1000), offsetMs: 0 };
}

function ofText(text: string): ReadDate | null {
  for (const form of formsFor(text)) {
    const groups = form.exec(text)?.groups;
    if (groups) return ofParts(groups);
  }
  return null;
}

/** Which forms are tried depends on letters and signs anywhere in the text, as in arrow's `parse_iso`. */
function formsFor(text: string): readonly RegExp[] {
  const hasBlank = text.trim().includes(' ');
  if (!hasBlank && !text.includes('T')) return DATE_FORMS;
  const separator = hasBlank ? ' ' : 'T';
  const time = text.slice(text.indexOf(separator) + 1);
  const [clock = '', ...offset] = time.split(/[+-]/);
  const point = /[.,]/.exec(clock)?.[0];
  let form = `${DAY_FORM}${separator}${MINUTE_FORM}`;
  if (point !== undefined) form += `:(?<second>\\d{2})\\${point}(?<fraction>\\d+)`;
  else if ((clock.match(/:/g)?.length ?? 0) > 1) form += ':(?<second>\\d{2})';
  if (offset.length > 0) form += OFFSET_FORM;
  return [new RegExp(form, 'i')];
}

function ofParts(groups: Readonly<Record<string, string | undefined>>): ReadDate | null {
  const part = (name: string, otherwise: number): number => Number(groups[name] ?? otherwise);
  const [year, month, day] = [part('year', 1), part('month', 1), part('day', 1)];
  const [hour, minute, second] = [part('hour', 0), part('minute', 0), part('second', 0)];
  const offsetMs = offsetOf(groups['offset']);
  const wall = new Date(0);
  wall.setUTCFullYear(year, month - 1, day);
  const isReal =
    wall.getUTCFullYear() === year && wall.getUTCMonth() === month - 1 && hour < 24 && minute < 60 && second < 60;
  if (!isReal || wall.getUTCDate() !== day || offsetMs === null) return null;
  wall.setUTCHours(hour, minute, second, Math.floor(Number(`0.${groups['fraction'] ?? 0}`) * 1000));
  return { wallMs: wall.getTime(), offsetMs };
}

/** Null for an offset without a sign (it is a piece of something else) and for one of a day or more, both of which Python refuses. */
function offsetOf(text: string | undefined): number | null {
  if (text === undefined) return 0;
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  if (minutes >= 1440) return null;
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

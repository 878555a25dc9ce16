import { parseInstant } from '../../http/instant.js';
import { shown } from '../../http/shorten.js';
import { invalidField } from '../../kernel/domain-error.js';

/** How far the original looks back when it is not told. */
const DEFAULT_SPAN_MS = 10 * 60_000;

/** A span of time; `to` is exclusive. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/**
 * `time_range_start` and `time_range_end`, both inclusive, to the millisecond: times are printed by it, and the ends of a range are
 * often taken from what was printed. A time without an offset is UTC. Defaults: now, and ten minutes before now. Throws
 * `invalid_input`.
 */
export function timeRange(query: Readonly<Record<string, unknown>>, now: Date): TimeRange {
  const end = instant(query, 'time_range_end') ?? now;
  const start = instant(query, 'time_range_start') ?? new Date(now.getTime() - DEFAULT_SPAN_MS);
  return { from: start, to: new Date(end.getTime() + 1) };
}

function instant(query: Readonly<Record<string, unknown>>, name: string): Date | null {
  // Of a repeated parameter the original takes the last.
  const given = query[name];
  const value: unknown = Array.isArray(given) ? given.at(-1) : given;
  if (value === undefined) return null;
  const parsed = typeof value === 'string' ? parseInstant(complete(value.trim())) : null;
  // PostgreSQL has no year 0, and a range end is moved on by a millisecond.
  if (parsed !== null && parsed.getUTCFullYear() >= 1 && parsed.getUTCFullYear() <= 9999) return parsed;
  throw invalidField(
    `?${name}`,
    'isInstant',
    `Incorrect parameter: ${name} must be a time such as 2015-12-19T00:31:50.313Z, not ${shown(value)}`,
  );
}

/** Adds what the original's reader does without: the time of a date, the `T`, the seconds' fraction beyond nine digits, the offset. */
function complete(text: string): string {
  const [, date = '', time = '00:00', offset = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?))?(Z|z|[+\- ]\d\d:?\d\d)?$/.exec(text) ?? [];
  return date === '' ? text : `${date}T${time}${offset}`;
}

import { parseInstant } from '../../http/instant.js';

const DAY = /^\d{4}-\d\d-\d\d$/;
const WITHOUT_OFFSET = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?$/;

/** RFC 3339 with the offset in digits, as the documents have it, to the millisecond. */
export function wireTime(instant: Date): string {
  return instant.toISOString().replace('Z', '+00:00');
}

/**
 * An instant as clients write it: RFC 3339, a day alone, or without an offset (UTC). A blank may stand for the T, as Python prints a datetime. Null: it is
 * none.
 */
export function readTime(text: string): Date | null {
  if (DAY.test(text)) return parseInstant(`${text}T00:00:00Z`);
  const joined = text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T');
  return parseInstant(WITHOUT_OFFSET.test(joined) ? `${joined}Z` : joined);
}

/** The instants that stand for none: the original's zero time (`0000-12-31T19:03:58-04:56`) and Python's `datetime.min`, as the client sends it. */
export function isUnsetTime(instant: Date): boolean {
  return instant.getUTCFullYear() <= 1;
}

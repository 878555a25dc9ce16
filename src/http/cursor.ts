import { invalidField } from '../kernel/domain-error.js';
import { shown } from './shorten.js';

/** What a value of a cursor is: an instant with up to microseconds and `Z`, a UUID, an integer, a text. */
export type CursorPart = 'iso' | 'uuid' | 'int' | 'text';

/** A cursor is short; anything longer was not made here. */
const LONGEST = 1024;

const CHECKS: Readonly<Record<CursorPart, (value: unknown) => boolean>> = {
  iso: (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
  uuid: (value) => typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  // Big integers travel as strings, because a double cannot hold them.
  int: (value) => Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,18}$/.test(value)),
  text: (value) => typeof value === 'string' && !value.includes('\0'),
};

/**
 * A cursor is the sort key of the last item of a page, opaque to the client. Instants must carry the database's microseconds
 * (as text, not as `Date`), else rows within one millisecond are skipped or repeated.
 */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The values of a cursor, each checked against `shape`. Throws `invalid_input` at `?cursor` for anything not made by `encodeCursor`. */
export function decodeCursor(text: string, shape: readonly CursorPart[]): (string | number)[] {
  const values = parse(text);
  if (!Array.isArray(values) || values.length !== shape.length || !shape.every((part, i) => CHECKS[part](values[i]))) {
    throw invalidField(
      '?cursor',
      'cursor',
      `?cursor is not one that this list gave out: ${shown(text)}. Start again without it.`,
    );
  }
  return values as (string | number)[];
}

function parse(text: string): unknown {
  if (text.length > LONGEST || !/^[\w-]+$/.test(text)) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

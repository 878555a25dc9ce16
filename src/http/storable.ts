import { invalidField } from '../kernel/domain-error.js';
import { pointer } from './json-pointer.js';
import { shown } from './shorten.js';

/** Levels of objects and arrays in a body. Deeper ones are refused: recursive code behind would exhaust its stack. */
export const MAX_DEPTH = 64;

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Refuses input that cannot be stored or copied faithfully, wherever it stands: U+0000 and lone surrogates (PostgreSQL's text
 * and jsonb hold neither), numbers beyond the range of a double (they became Infinity, JSON would print null), the keys
 * `__proto__` and `constructor` (object mapping drops them silently) and nesting beyond 64 levels. Throws `invalid_input`.
 * `fieldOf` turns the path of a value into the field name that is reported.
 */
export function refuseUnstorable(root: unknown, fieldOf: (path: readonly string[]) => string = pointer): void {
  const pending: { value: unknown; path: readonly string[] }[] = [{ value: root, path: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path } = next;
    if (typeof value === 'string') refuseText(value, fieldOf(path));
    else if (typeof value === 'number' && !Number.isFinite(value)) {
      const field = fieldOf(path);
      throw invalidField(field, 'number_range', `${field} is a number beyond ±1.8e308; send it as a string.`);
    } else if (typeof value === 'object' && value !== null) {
      if (path.length >= MAX_DEPTH) {
        const field = fieldOf(path.slice(0, 4));
        throw invalidField(field, 'too_deep', `${field}… is nested deeper than ${MAX_DEPTH} levels.`);
      }
      for (const key of Object.keys(value)) {
        const inner = [...path, key];
        if (key === '__proto__' || key === 'constructor') {
          throw invalidField(
            fieldOf(inner),
            'reserved_key',
            `${fieldOf(inner)}: the key ${shown(key)} is not allowed; rename it.`,
          );
        }
        refuseText(key, fieldOf(path));
        pending.push({ value: (value as Record<string, unknown>)[key], path: inner });
      }
    }
  }
}

function refuseText(text: string, field: string): void {
  if (text.includes('\0')) {
    throw invalidField(
      field,
      'nul_character',
      `${field || 'The body'} contains the character U+0000, which text cannot hold: ${shown(text)}.`,
    );
  }
  if (LONE_SURROGATE.test(text)) {
    throw invalidField(
      field,
      'lone_surrogate',
      `${field || 'The body'} contains half of a surrogate pair, which is not text: ${shown(text)}.`,
    );
  }
}

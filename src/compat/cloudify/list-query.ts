/** What the query of a list says, whatever it lists. Source: contract A3, "GET /executions". */
import { refuseUnstorable } from '../../http/storable.js';
import { badParameters, CloudifyRefusal } from './cloudify-refusal.js';
import { told } from './json-type.js';

/** Rows of a slice that names no size, and of one that names more. */
export const MOST_ROWS = 1_000;

/** A query as Fastify parses it. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a list is asked for. */
export interface ListQuery<Field extends string> {
  /** Null: all fields. */
  readonly include: readonly Field[] | null;
  readonly order: readonly { readonly field: Field; readonly falls: boolean }[];
  readonly offset: number;
  /** As it was given; null: it was not. */
  readonly size: number | null;
  /** Rows to answer: `size` within bounds. */
  readonly rows: number;
  /** Values by field, of which any will do. */
  readonly filters: ReadonlyMap<Field, readonly string[]>;
  /** Parameters that begin with an underscore and mean something to one list only; of a repeated one the last. */
  readonly option: (name: string) => string | undefined;
}

/** Throws `no_such_include_field_error` first, then `bad_parameters_error`. What begins with an underscore and is unknown says nothing. */
export function listQuery<Field extends string>(query: Query, fields: readonly Field[]): ListQuery<Field> {
  const include = includedFields(query, fields);
  refuseUnstorable(query, ([name = '']) => `?${name}`);
  const size = count(query, '_size');
  const filters = new Map<Field, readonly string[]>();
  for (const [name, value] of Object.entries(query)) {
    if (name.startsWith('_') || value === undefined) continue;
    filters.set(known(name, fields, 'filter by'), valuesOf(value));
  }
  return {
    include,
    order: orderOf(query, fields),
    offset: count(query, '_offset') ?? 0,
    size,
    rows: Math.min(size ?? MOST_ROWS, MOST_ROWS),
    filters,
    option: (name) => valuesOf(query[name]).at(-1),
  };
}

/** The fields of `_include`; null: it is not there. Throws `no_such_include_field_error`. */
export function includedFields<Field extends string>(query: Query, fields: readonly Field[]): readonly Field[] | null {
  const names = valuesOf(query['_include'])
    .flatMap((list) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return null;
  const wrong = names.filter((name) => !(fields as readonly string[]).includes(name));
  if (wrong.length > 0)
    throw new CloudifyRefusal(
      'no_such_include_field_error',
      `There are no fields ${wrong.map((name) => name.slice(0, 50)).join(', ')} to include; there are: ${fields.join(', ')}.`,
    );
  return names as Field[];
}

/** An object with just those fields. */
export function projected<Item extends object>(item: Item, include: readonly (keyof Item)[] | null): Item {
  return include === null ? item : (Object.fromEntries(include.map((field) => [field, item[field]])) as Item);
}

/** `True` and `False` as Python writes them, and any other case; undefined: neither. */
export function booleanOf(text: string): boolean | undefined {
  return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;
}

/** All values of a parameter. */
export function valuesOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function orderOf<Field extends string>(query: Query, fields: readonly Field[]): { field: Field; falls: boolean }[] {
  return valuesOf(query['_sort']).map((text) => {
    // A plus that was not escaped has become a blank.
    const [, sign, name = ''] = /^([+ -]?)(.*)$/s.exec(text) ?? [];
    return { field: known(name, fields, 'sort by'), falls: sign === '-' };
  });
}

function known<Field extends string>(name: string, fields: readonly Field[], what: string): Field {
  if ((fields as readonly string[]).includes(name)) return name as Field;
  throw badParameters(`There is no field ${told(name)} to ${what}; there are: ${fields.join(', ')}.`);
}

function count(query: Query, name: string): number | null {
  const text = valuesOf(query[name]).at(-1);
  if (text === undefined) return null;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(number)) throw badParameters(`${name} must be an integer of 0 or more, not ${told(text)}.`);
  return number;
}

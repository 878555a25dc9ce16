import { aborted } from './pyfarm-refusal.js';
import { reprOf, setOf, typeNameOf } from './python-repr.js';
import type { Fields } from './request-body.js';

/** Python types of JSON values that a column can take. */
export type PythonType = 'str' | 'int' | 'float' | 'bool' | 'NoneType';

/** A table as PyFarm checks requests against it. */
export interface Model {
  /** Types by column; an int will do for a float. */
  readonly columns: Readonly<Record<string, readonly PythonType[]>>;
  /** Fields beside the columns, whose handlers look at them themselves. */
  readonly relationships: readonly string[];
  readonly required: readonly string[];
}

/** How one route differs from its model. */
export interface ModelUse {
  /** Columns whose type the handler looks at itself. */
  readonly ignored?: readonly string[];
  /** Columns that the route does not take. */
  readonly disallowed?: readonly string[];
  /** Nothing is required. */
  readonly isPartial?: boolean;
}

/**
 * Checks the fields of a request in PyFarm's order: disallowed, unknown, missing, type (utility.py, `validate_with_model`). Throws
 * its 400.
 */
export function checkAgainst(model: Model, fields: Fields, use: ModelUse = {}): void {
  const { ignored = [], disallowed = [], isPartial = false } = use;
  const given = Object.keys(fields);
  const taken = given.filter((name) => disallowed.includes(name));
  if (taken.length > 0) throw aborted(`column(s) not allowed for this request: ${names(taken)}`);
  const unknown = given.filter((name) => !Object.hasOwn(model.columns, name) && !model.relationships.includes(name));
  if (unknown.length > 0) throw aborted(`request contains field(s) that do not exist: ${names(unknown)}`);
  const absent = isPartial ? [] : model.required.filter((name) => !ignored.includes(name) && !given.includes(name));
  if (absent.length > 0) throw aborted(`request is missing field(s): ${names(absent)}`);
  for (const [name, types] of Object.entries(model.columns)) {
    if (!given.includes(name) || ignored.includes(name)) continue;
    const type = typeNameOf(fields[name]);
    if (types.some((wanted) => wanted === type || (wanted === 'float' && type === 'int'))) continue;
    const wanted = types.filter((one) => one !== 'NoneType').map((one) => `<class '${one}'>`);
    throw aborted(
      `field ${reprOf(name)} has type <class '${type}'> but we expected type(s) ${wanted.length === 1 ? wanted.join('') : `(${wanted.join(', ')})`}`,
    );
  }
}

function names(fields: readonly string[]): string {
  return setOf(fields.map(reprOf));
}

/** What a searchable value is, and so what it can be compared with. `texts`: a set of texts. */
export type SearchType = 'number' | 'text' | 'boolean' | 'instant' | 'uuid' | 'texts';

/**
 * `~`: a POSIX regular expression is found; with an asterisk regardless of case. `@>`, `<@`, `&&` compare sets. `in`: is one of the values, which are
 * integers for a number; `not in`: is a text and none of them.
 */
export type SearchOperator =
  '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~' | '~*' | '!~*' | '@>' | '<@' | '&&' | 'in' | 'not in';

/** An expression whose values from `value`, as the SQL type `type`, to less than `unit` later stand for one value of a column. */
export interface Span {
  readonly sql: string;
  readonly type: string;
  readonly value: SearchCondition['value'];
  /** Such as `1 second`. */
  readonly unit: string;
}

/** One searchable value of a row, in SQL of ours. Instants may be finer than the milliseconds by which they are compared. */
export interface SearchColumn {
  readonly type: SearchType;
  readonly sql: string;
  /** Tables that the expression needs besides the first. */
  readonly joins?: readonly string[];
  /** Puts a condition on this column alone into a sub-select, which then needs no join and is evaluated once for each of the other rows. */
  readonly within?: (condition: string) => string;
  /** In the place of `sql` for an order: cheaper, and the same order. */
  readonly order?: string;
  /** Of a number: what is cheaper to compare; null: there is nothing for that. */
  readonly comparable?: (value: string) => Span | null;
  /** A better way to say that it is one of a list; `list` is the placeholder. Needs no join. */
  readonly among?: (list: string, values: readonly string[]) => string;
}

/** What rows can be searched and sorted by. */
export interface SearchCatalog {
  readonly columns: Readonly<Record<string, SearchColumn>>;
  /** A `jsonb` object whose members can be searched by their paths. */
  readonly document: Omit<SearchColumn, 'type'>;
}

/** A column; one whose values stand for others (`labels`); or a member of the document. */
export type SearchField =
  | { readonly column: string }
  | {
      readonly column: string;
      readonly labels: ReadonlyMap<string, string>;
      readonly otherwise: string;
      readonly type: 'text' | 'number';
    }
  | { readonly path: readonly string[]; readonly type: Exclude<SearchType, 'instant' | 'uuid'> };

/** What must hold for a field. The value fits the type of the field: a list for `texts`, digits as text for numbers. */
export interface SearchCondition {
  readonly field: SearchField;
  readonly operator: SearchOperator;
  readonly value: string | boolean | Date | readonly string[];
}

/** Which rows, and in what order. Rows that are equal in all of `sort` follow each other by their number. */
export interface RowSearch {
  readonly conditions: readonly SearchCondition[];
  /** True: one condition is enough; false: all must hold. */
  readonly isUnion: boolean;
  readonly sort: readonly { readonly field: SearchField; readonly isDescending: boolean }[];
  readonly offset: number;
  /** Null: all. */
  readonly limit: number | null;
}

/** An expression of an order, and the tables that it needs besides the first. */
export interface CompiledKey {
  readonly sql: string;
  readonly direction: 'ASC' | 'DESC';
  readonly joins: readonly string[];
}

/** Parts of a statement: SQL of ours, with placeholders for everything that a caller gave. */
export interface CompiledSearch {
  /** A boolean expression. */
  readonly where: string;
  readonly orderBy: readonly CompiledKey[];
  /** Tables that the condition or the order needs besides the first. */
  readonly joins: ReadonlySet<string>;
  /** Of the placeholders, beginning with the one after `fixed`. */
  readonly values: readonly unknown[];
  /** Whether an expression of the caller is run over the rows, which takes as long as it likes. */
  readonly hasPatterns: boolean;
}

const PLACED: Readonly<Record<Exclude<SearchType, 'texts' | 'number'>, string>> = {
  text: 'text',
  boolean: 'boolean',
  instant: 'timestamptz',
  uuid: 'uuid',
};

/** Columns of numbers are integers, and an index finds those by integers only. */
function placedAs(type: Exclude<SearchType, 'texts'>, value: SearchCondition['value']): string {
  if (type !== 'number') return PLACED[type];
  return typeof value === 'string' && /^[+-]?\d{1,18}$/.test(value) ? 'bigint' : 'numeric';
}

/** Writes the parts of the statement for a search. `fixed` is how many placeholders the statement has already. Throws for a column that the catalog has not. */
export function compileSearch(
  catalog: SearchCatalog,
  { conditions, isUnion, sort }: Pick<RowSearch, 'conditions' | 'isUnion' | 'sort'>,
  fixed: number,
): CompiledSearch {
  const values: unknown[] = [];
  const joins = new Set<string>();
  const place = (value: unknown, type: string): string => {
    values.push(value);
    return `$${fixed + values.length}::${type}`;
  };
  const resolve = (field: SearchField): Resolved => resolved(catalog, field, place);
  const need = ({ joins: needed = [] }: Resolved): void => needed.forEach((join) => joins.add(join));
  const parts = conditions.map(({ field, operator, value }) => {
    const found = resolve(field);
    if (operator === 'in' && found.among && 'column' in field && !('labels' in field))
      return found.among(place(value, 'text[]'), value as readonly string[]);
    const condition = compare(found, operator, value, place);
    if (found.within) return found.within(condition);
    need(found);
    return condition;
  });
  const orderBy = sort.map(({ field, isDescending }) => {
    const found = resolve(field);
    const { type, sql, order = found.member?.sql() ?? sql } = found;
    need(found);
    const direction: CompiledKey['direction'] = isDescending ? 'DESC' : 'ASC';
    return { sql: type === 'text' ? `${order} COLLATE "C"` : order, direction, joins: found.joins ?? [] };
  });
  return {
    where: parts.length === 0 ? 'true' : isUnion ? `(${cheapFirst(parts).join(' OR ')})` : `(${parts.join(' AND ')})`,
    orderBy,
    joins,
    values,
    hasPatterns: conditions.some(({ operator }) => operator.includes('~')),
  };
}

/** PostgreSQL evaluates what is joined by OR as it is written; sub-selects come last. */
function cheapFirst(parts: readonly string[]): string[] {
  const isDear = (part: string): boolean => part.includes('SELECT');
  return [...parts.filter((part) => !isDear(part)), ...parts.filter(isDear)];
}

/** A member of a document that is a set is compared as `jsonb`. */
type Resolved = SearchColumn & { readonly member?: JsonSet };
type Place = (value: unknown, type: string) => string;

/** Each writes SQL and its placeholders only when it is called. */
interface JsonSet {
  readonly sql: () => string;
  /** Whether it has all of these. */
  readonly holds: (value: readonly string[]) => string;
}

function resolved({ columns, document }: SearchCatalog, field: SearchField, place: Place): Resolved {
  if ('path' in field) return { ...document, ...member(document.sql, field.path, field.type, place) };
  const column = Object.hasOwn(columns, field.column) ? columns[field.column] : undefined;
  if (column === undefined) throw new Error(`There is no column ${field.column} to search by.`);
  if (!('labels' in field)) return column;
  const { labels, otherwise, type } = field;
  const at = `array_position(${place([...labels.keys()], 'text[]')}, ${column.sql})`;
  const label = `coalesce((${place([...labels.values()], 'text[]')})[${at}], ${place(otherwise, 'text')})`;
  return { ...column, type, sql: type === 'number' ? `(${label})::numeric` : label };
}

function member(
  document: string,
  path: readonly string[],
  type: Extract<SearchField, { path: unknown }>['type'],
  place: Place,
): Pick<Resolved, 'type' | 'sql' | 'member'> {
  // One look at the document instead of one for each step.
  const holds = (value: unknown): string => {
    const holder = path.reduceRight((held, name) => ({ [name]: held }), value);
    return `(${document} @> ${place(JSON.stringify(holder), 'jsonb')})`;
  };
  // Otherwise one step after the other: a path in an array would be taken apart for each row.
  const steps = (last: '->' | '->>'): string => {
    const names = path.map((name) => place(name, 'text'));
    return `(${[document, ...names.slice(0, -1)].join(' -> ')} ${last} ${names.at(-1) ?? `''`})`;
  };
  switch (type) {
    case 'boolean':
      return { type, sql: holds(true) };
    case 'texts':
      return { type, sql: document, member: { sql: () => steps('->'), holds } };
    case 'number':
      return { type, sql: `CASE jsonb_typeof${steps('->')} WHEN 'number' THEN ${steps('->>')}::numeric ELSE 0 END` };
    case 'text':
      return { type, sql: `coalesce(${steps('->>')}, '')` };
  }
}

function compare(column: Resolved, operator: SearchOperator, value: SearchCondition['value'], place: Place): string {
  const { type, sql, member } = column;
  if (type === 'texts') return compareSets(sql, member, operator, value as readonly string[], place);
  if (type === 'instant') return compareSpans({ sql, type: 'timestamptz', value, unit: MILLISECOND }, operator, place);
  const other = typeof value === 'string' && COMPARISONS.includes(operator) ? column.comparable?.(value) : null;
  if (other) return compareSpans(other, operator, place);
  switch (operator) {
    case '~':
    case '~*':
    case '!~':
    case '!~*':
      return `(coalesce((${sql})::text, '') ${operator} ${place(value, 'text')})`;
    case '!=':
      return `(${sql} IS DISTINCT FROM ${place(value, placedAs(type, value))})`;
    case 'in':
      return `(${sql} = ANY (${place(value, `${type === 'number' ? 'bigint' : PLACED[type]}[]`)}))`;
    case 'not in':
      return `(${sql} <> ALL (${place(value, 'text[]')}))`;
    case '@>':
    case '<@':
    case '&&':
      throw new Error(`The operator ${operator} is for sets of texts.`);
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return `(${sql} ${operator} ${place(value, placedAs(type, value))})`;
  }
}

const COMPARISONS: readonly SearchOperator[] = ['=', '!=', '<', '<=', '>', '>='];
const MILLISECOND = '1 millisecond';

/**
 * By whole units, as values are printed, without cutting each row's: that takes longer than all the rest. All from `value` to less than a unit later are one.
 */
function compareSpans({ sql, type, value, unit }: Span, operator: SearchOperator, place: Place): string {
  const at = (): string => place(value, type);
  const after = (from: string): string => `(${from} + interval '${unit}')`;
  const isAt = (from: string): string => `(${sql} >= ${from} AND ${sql} < ${after(from)})`;
  switch (operator) {
    case '~':
    case '~*':
    case '!~':
    case '!~*':
      return `(coalesce((date_trunc('milliseconds', ${sql}))::text, '') ${operator} ${place(value, 'text')})`;
    case '=':
      return isAt(at());
    case '!=':
      return `(${isAt(at())} IS NOT TRUE)`;
    case '<':
    case '>=':
      return `(${sql} ${operator} ${at()})`;
    case '<=':
      return `(${sql} < ${after(at())})`;
    case '>':
      return `(${sql} >= ${after(at())})`;
    case 'in':
    case 'not in':
    case '@>':
    case '<@':
    case '&&':
      throw new Error(`The operator ${operator} is not for instants.`);
  }
}

function compareSets(
  sql: string,
  member: JsonSet | undefined,
  operator: SearchOperator,
  value: readonly string[],
  place: Place,
): string {
  if (member !== undefined) return compareJsonSets(member, operator, value, place);
  const set = place(value, 'text[]');
  const equal = `(${sql} @> ${set} AND ${sql} <@ ${set})`;
  if (operator === '@>' || operator === '<@' || operator === '&&') return `(${sql} ${operator} ${set})`;
  if (operator === '=') return equal;
  if (operator === '!=') return `(NOT ${equal})`;
  throw new Error(`The operator ${operator} is not for sets of texts.`);
}

/**
 * A member that is no list is an empty one. What costs is to look the member up, so each condition begins with a test that settles most rows. The set comes as `jsonb`:
 * made of an array it would be made for each row.
 */
function compareJsonSets(member: JsonSet, operator: SearchOperator, value: readonly string[], place: Place): string {
  // Every list holds nothing.
  const holds = (): string => (value.length === 0 ? 'true' : member.holds(value));
  const isWithin = (): string => {
    const json = member.sql();
    return `((${json} <@ ${place(JSON.stringify(value), 'jsonb')}) IS NOT FALSE OR jsonb_typeof(${json}) <> 'array')`;
  };
  if (operator === '@>') return `(${holds()})`;
  if (operator === '<@') return isWithin();
  if (operator === '&&') {
    const json = member.sql();
    return `((${json} ?| ${place(value, 'text[]')}) IS TRUE AND jsonb_typeof(${json}) = 'array')`;
  }
  if (operator === '=') return `(${holds()} AND ${isWithin()})`;
  if (operator === '!=') return `(NOT (${holds()} AND ${isWithin()}))`;
  throw new Error(`The operator ${operator} is not for sets of texts.`);
}

import type { RowSearch, SearchCondition, SearchType } from '../../executions/execution-search.service.js';
import { refuseUnstorable } from '../../http/storable.js';
import type { DomainError } from '../../kernel/domain-error.js';
import type { FieldTable, ListField } from './field-table.js';
import { parseBraces, parseFilter, type FilterText } from './filter-text.js';
import type { Paging } from './paging.js';
import { badField } from './refusals.js';
import { readTime } from './wire-time.js';

/** The query of a request, as Fastify reads it. */
export type Query = Readonly<Record<string, unknown>>;

const DEFAULT_LIMIT = 25;
const MOST_FILTERS = 50;
const LONGEST_FILTER = 2_000;
const LARGEST_PAGE = 2_147_483_647;
const SET_OPERATORS: readonly string[] = ['@>', '<@', '&&', '=', '!='];

/** What a list is asked for. Throws `invalid_input` that names the parameter, the value and what would be right. */
export interface ListQuery extends Paging {
  readonly search: Omit<RowSearch, 'offset' | 'limit'>;
  readonly isDetailed: boolean;
}

/** Reads `page`, `limit`, `filter`, `type`, `sort` and `detailed`; other parameters are passed over. */
export function readListQuery(query: Query, fields: FieldTable): ListQuery {
  return {
    search: { ...readFilters(query, fields), sort: readSort(textOf(query, 'sort'), fields) },
    page: readPage(textOf(query, 'page')),
    limit: readLimit(textOf(query, 'limit')),
    isDetailed: readFlag(query, 'detailed'),
  };
}

/** Whether filters are given. The client sends the parameter only when it has some. */
export function hasFilters(query: Query): boolean {
  return textsOf(query, 'filter').length > 0;
}

/** The conditions of `filter` and `type`. */
export function readFilters(query: Query, fields: FieldTable): Pick<RowSearch, 'conditions' | 'isUnion'> {
  const filters = textsOf(query, 'filter');
  if (filters.length > MOST_FILTERS) throw badField('the number of filters', filters.length, `at most ${MOST_FILTERS}`);
  const type = textOf(query, 'type')?.toLowerCase();
  if (type !== undefined && type !== 'union' && type !== 'inter') throw badField('type', type, 'union or inter');
  return { conditions: filters.map((text) => conditionOf(text, fields)), isUnion: type === 'union' };
}

/** A parameter that is true or false; absent and empty: false. The client sends Python's `True` and `False`. */
export function readFlag(query: Query, name: string): boolean {
  const text = textOf(query, name)?.toLowerCase();
  if (text === undefined || text === 'false' || text === '0') return false;
  if (text === 'true' || text === '1') return true;
  throw badField(name, text, 'true or false');
}

/** A parameter that is given once at most; of a repeated one the last counts. Empty: absent. */
export function textOf(query: Query, name: string): string | undefined {
  return textsOf(query, name).at(-1);
}

function textsOf(query: Query, name: string): string[] {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  const texts = (Array.isArray(value) ? (value as unknown[]) : [value]).filter(
    (text): text is string => typeof text === 'string' && text !== '',
  );
  refuseUnstorable(texts, () => name);
  return texts;
}

function conditionOf(text: string, fields: FieldTable): SearchCondition {
  if (text.length > LONGEST_FILTER) throw badField('filter', text, `at most ${LONGEST_FILTER} characters long`);
  const filter = parseFilter(text);
  if (filter === null)
    throw badField('filter', text, 'a field, an operator and a value, such as name~DHCP or tags@>{working}');
  const { field, type } = fieldOf(filter.field, fields, 'filter');
  const { operator } = filter;
  if (type === 'texts' ? !SET_OPERATORS.includes(operator) : ['@>', '<@', '&&'].includes(operator)) {
    const right = type === 'texts' ? 'one of @> <@ && = !=, because it is a list' : 'one of = != > >= < <= ~ !~ ~* !~*';
    throw badField(`the operator of the filter on ${filter.field}`, operator, right);
  }
  return amongStates(field, operator, valueOf(filter, type)) ?? { field, operator, value: valueOf(filter, type) };
}

/** What a label stands for can be told here, and the core finds a list of values sooner than it translates every row. */
function amongStates(
  field: SearchCondition['field'],
  operator: FilterText['operator'],
  value: SearchCondition['value'],
): SearchCondition | null {
  if (!('labels' in field) || field.type !== 'text' || (operator !== '=' && operator !== '!=')) return null;
  const wanted = [...field.labels].filter(([, label]) => (label === value) === (operator === '='));
  return { field: { column: field.column }, operator: 'in', value: wanted.map(([of]) => of) };
}

function valueOf({ field, operator, value }: FilterText, type: SearchType): SearchCondition['value'] {
  const wrong = (right: string): DomainError => badField(`the value of the filter on ${field}`, value, right);
  if (type === 'texts') {
    const members = parseBraces(value);
    if (members === null) throw wrong('a list in braces, such as {a,b,c}');
    return members;
  }
  if (operator.includes('~')) return value;
  switch (type) {
    case 'number':
      if (!/^[+-]?\d{1,30}(\.\d{1,30})?$/.test(value)) throw wrong('a number');
      return value;
    case 'boolean':
      if (!/^(true|false)$/i.test(value)) throw wrong('true or false');
      return value.toLowerCase() === 'true';
    case 'instant': {
      const instant = readTime(value);
      if (instant === null) throw wrong('a day or an RFC 3339 instant, such as 2026-11-22 or 2026-11-22T08:00:00Z');
      return instant;
    }
    case 'text':
    case 'uuid':
      return value;
  }
}

/** One parameter, fields separated by commas; `-` descending, `+` (which arrives as a blank unless it is escaped) or nothing ascending. */
function readSort(text: string | undefined, fields: FieldTable): RowSearch['sort'] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const [, sign, name = ''] = /^\s*([+-]?)\s*([^]*?)\s*$/.exec(part) ?? [];
    const { field, type } = fieldOf(name, fields, 'sort');
    if (type === 'texts') throw badField('sort', name, 'a field that holds a single value');
    return { field, isDescending: sign === '-' };
  });
}

function fieldOf(name: string, fields: FieldTable, parameter: string): ListField {
  const found = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (found === undefined)
    throw badField(`the field of ${parameter}`, name, `one of ${Object.keys(fields).join(', ')}`);
  return found;
}

function readPage(text: string | undefined): number {
  if (text === undefined) return 1;
  const page = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(page <= LARGEST_PAGE)) throw badField('page', text, 'a page number from 1');
  return page;
}

function readLimit(text: string | undefined): number | null {
  if (text === undefined) return DEFAULT_LIMIT;
  if (text.toLowerCase() === 'none') return null;
  const limit = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(limit >= 1 && limit <= LARGEST_PAGE)) throw badField('limit', text, 'a number from 1, or none');
  return limit;
}

/** Throws `invalid_input` for forms of an answer other than JSON, which a client would take for what it asked for. `other`: one that is served. */
export function refuseForms(query: Query, other?: string): void {
  const format = textOf(query, 'format');
  if (format !== undefined && format !== 'json' && format !== other)
    throw badField('format', format, other === undefined ? 'json' : `json or ${other}`);
  for (const name of ['bulk', 'template']) {
    const text = textOf(query, name);
    if (text !== undefined) throw badField(name, text, 'absent: nothing is exported here, and there are no templates');
  }
}

/** Whether a POST only asks which interfaces there would be (`process=interfaces`). Throws `invalid_input` for other variants. */
export function asksForInterfaces(query: Query): boolean {
  const process = textOf(query, 'process');
  if (process === 'interfaces') return true;
  if (process !== undefined) throw badField('process', process, 'interfaces, or absent');
  refuseVariants(query);
  return false;
}

/** Throws `invalid_input` for the variants of a POST that only jobs have here. */
export function refuseVariants(query: Query): void {
  for (const name of ['bulk', 'process']) {
    const text = textOf(query, name);
    if (text !== undefined) throw badField(name, text, 'absent: only jobs have bulk operations here');
  }
}

import type { Database } from '../database/database.js';
import { compileSearch, type SearchCatalog, type SearchCondition, type SearchField } from '../database/row-search.js';
import { searchedRows } from '../database/searched-rows.js';
import { EXECUTION_STATES } from './execution.state.js';
import { labelsMatching } from './sql/labels-matching.js';

/** A field whose values stand for others. */
export type LabelledField = Extract<SearchField, { labels: unknown }>;

/** Whether the field's values stand for others. */
export function isLabelled(field: SearchField): field is LabelledField {
  return 'labels' in field;
}

/**
 * The same conditions without labels: what a label is compared with is asked once for each label, not for each row, and the rows are asked for the values that are left.
 * Throws `invalid_input` for a regular expression that is not valid or takes too long.
 */
export async function withoutLabels(
  database: Database,
  conditions: readonly SearchCondition[],
): Promise<SearchCondition[]> {
  return Promise.all(
    conditions.map(async (condition) =>
      isLabelled(condition.field) ? translated(database, condition, condition.field) : condition,
    ),
  );
}

async function translated(
  database: Database,
  { operator, value }: SearchCondition,
  { column, labels, otherwise, type }: LabelledField,
): Promise<SearchCondition> {
  const label = { type, sql: type === 'number' ? '(u.label)::numeric' : 'u.label' };
  const catalog: SearchCatalog = { columns: { label }, document: { sql: 'NULL::jsonb' } };
  const conditions = [{ field: { column: 'label' }, operator, value }];
  const compiled = compileSearch(catalog, { conditions, isUnion: false, sort: [] }, 2);
  const of = [...labels.keys(), null];
  const values = [of, [...labels.values(), otherwise], ...compiled.values];
  const rows = await searchedRows<{ value: string | null }>(
    database,
    labelsMatching(compiled),
    values,
    compiled.hasPatterns,
  );
  return amongValues(column, [...labels.keys()], new Set(rows.map((row) => row.value)));
}

/** That a column has one of the values; null in them stands for all that are not `known`. */
export function amongValues(
  column: string,
  known: readonly string[],
  values: ReadonlySet<string | null>,
): SearchCondition {
  const isState = column === 'state';
  // States are a closed list, so "all others" are some of them.
  const every = isState ? [...new Set<string>([...known, ...EXECUTION_STATES])] : known;
  const has = (value: string): boolean => values.has(known.includes(value) ? value : null);
  const field = { column };
  if (isState || !values.has(null)) return { field, operator: 'in', value: every.filter(has) };
  return { field, operator: 'not in', value: every.filter((one) => !has(one)) };
}

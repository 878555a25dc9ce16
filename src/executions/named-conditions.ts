import { currentTenant } from '../context/request-context.js';
import type { Database } from '../database/database.js';
import { compileSearch, type SearchCatalog, type SearchCondition } from '../database/row-search.js';
import { searchedRows } from '../database/searched-rows.js';
import { amongValues } from './labelled-conditions.js';
import { namesMatching } from './sql/names-matching.js';

/** Columns of sheets that say again and again the same names. */
const NAMES = { profileName: 'profile_name', deviceName: 'device_name' } as const;
/** With more different names than this the runs are asked themselves. */
const MOST_NAMES = 200;
const CATALOG: SearchCatalog = {
  columns: { name: { type: 'text', sql: 'u.name' } },
  document: { sql: 'NULL::jsonb' },
};

/**
 * The same conditions without regular expressions about names of sheets: each is asked once for each different name, not for each row. Throws `invalid_input` for one that is not
 * valid or takes too long.
 */
export async function withoutNamePatterns(
  database: Database,
  conditions: readonly SearchCondition[],
): Promise<SearchCondition[]> {
  return Promise.all(conditions.map((condition) => named(database, condition)));
}

async function named(database: Database, condition: SearchCondition): Promise<SearchCondition> {
  const { field, operator, value } = condition;
  if (!('column' in field) || !Object.hasOwn(NAMES, field.column) || !operator.includes('~')) return condition;
  const column = NAMES[field.column as keyof typeof NAMES];
  const compiled = compileSearch(
    CATALOG,
    { conditions: [{ field: { column: 'name' }, operator, value }], isUnion: false, sort: [] },
    2,
  );
  const rows = await searchedRows<{ name: string; isMeant: boolean }>(
    database,
    namesMatching(compiled, column),
    [currentTenant().id, MOST_NAMES, ...compiled.values],
    true,
  );
  if (rows.length >= MOST_NAMES) return condition;
  const meant = rows.filter(({ isMeant }) => isMeant).map(({ name }) => name);
  // Names that come to be meanwhile: as most of them, that is not found by what looks for something, and found by what does not.
  const others = operator.startsWith('!') ? [null] : [];
  return amongValues(
    field.column,
    rows.map(({ name }) => name),
    new Set([...meant, ...others]),
  );
}

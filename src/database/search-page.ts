import { currentTenant } from '../context/request-context.js';
import type { Database } from './database.js';
import { compileSearch, type CompiledSearch, type RowSearch, type SearchCatalog } from './row-search.js';
import { searchedRows } from './searched-rows.js';
import type { Statement } from './statement.js';

/** Tenant, offset and limit come before what a search has to say. */
const FIXED = 3;

/** Rows of a list and how many there are in all. */
export interface Found<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/**
 * The rows of the tenant of the request that a search asks for. `statementOf` makes a statement with $1 tenant, $2 offset, $3 rows or null, whose
 * rows have `total`, and of an empty page one row with a null id. Throws `invalid_input` for a regular expression that is not valid or takes too long.
 */
export async function searchPage<Row extends { readonly id: string }>(
  database: Database,
  catalog: SearchCatalog,
  search: RowSearch,
  statementOf: (compiled: CompiledSearch) => Statement,
): Promise<Found<Row>> {
  type Told = { readonly total: number } & (Row | { readonly id: null });
  const compiled = compileSearch(catalog, search, FIXED);
  const values = [currentTenant().id, search.offset, search.limit, ...compiled.values];
  const rows = await searchedRows<Told>(database, statementOf(compiled), values, compiled.hasPatterns);
  return { rows: rows.filter((row): row is Told & Row => row.id !== null), total: rows[0]?.total ?? 0 };
}

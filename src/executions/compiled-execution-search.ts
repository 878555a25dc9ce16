import { compileSearch, type CompiledSearch, type RowSearch } from '../database/row-search.js';
import { EXECUTION_CATALOG, SHEET_CATALOG } from './execution-search.catalog.js';

/** Writes the parts of a statement for a search of executions; `whereOfSheet` is for those with a sheet and has the same placeholders. */
export function compileExecutionSearch(
  search: Pick<RowSearch, 'conditions' | 'isUnion' | 'sort'>,
  fixed: number,
): CompiledSearch & { readonly whereOfSheet: string } {
  const compiled = compileSearch(EXECUTION_CATALOG, search, fixed);
  if (!compiled.joins.has('sheet')) return { ...compiled, whereOfSheet: compiled.where };
  return { ...compiled, whereOfSheet: compileSearch(SHEET_CATALOG, search, fixed).where };
}

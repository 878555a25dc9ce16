import type { CompiledSearch } from '../../database/row-search.js';
import { statement, type Statement } from '../../database/statement.js';
import { searchedExecutions } from './searched-executions.js';

/**
 * The ids of all executions that a search finds, but for those put away. $1 tenant; the values of the search follow. Indexes: as in `searchedExecutions`.
 */
export function searchExecutionIds(search: CompiledSearch): Statement {
  return statement('search_execution_ids', searchedExecutions(search, 'e.id'));
}

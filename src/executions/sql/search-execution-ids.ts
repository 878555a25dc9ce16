import { statement, type Statement } from '../../database/statement.js';
import { searchedSets, type ExecutionConditions } from '../searched-sets.js';

/**
 * The ids of all executions that a search finds, but for those put away. $1 tenant; the values of the search follow. Indexes: as in `searchedSets`.
 */
export function searchExecutionIds(conditions: ExecutionConditions): Statement {
  const sets = searchedSets(conditions, 'e.id').map((set) => `SELECT e.id ${set}`);
  return statement('search_execution_ids', sets.join(' UNION ALL '));
}

import { statement, type Statement } from '../../database/statement.js';
import { searchedSets, type ExecutionConditions } from '../searched-sets.js';

/**
 * How many executions a search finds, and the first numbers of them: in one pass, for searches that find few, of which a walk in order would look at nearly all runs until the page is
 * full. One statement for each of the sets, which may run side by side. $1 tenant, $2 how many numbers; the values of the search follow. Indexes: as in `searchedSets`.
 */
export function searchFew(conditions: ExecutionConditions, direction: 'ASC' | 'DESC'): Statement[] {
  return searchedSets(conditions, '').map((set) =>
    statement(
      'search_few',
      `WITH found AS MATERIALIZED (SELECT e.number ${set})
     SELECT (SELECT count(*) FROM found)::integer AS total, ARRAY(SELECT number FROM found ORDER BY number ${direction} LIMIT $2::bigint) AS numbers`,
    ),
  );
}

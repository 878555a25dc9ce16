import { statement, type Statement } from '../../database/statement.js';
import { searchedSets, type ExecutionConditions } from '../searched-sets.js';
import { SHEETED_ROWS } from './sheeted-rows.js';

/**
 * A page of what a search finds, in the order of the numbers, with the total: in one pass, for searches that find few, of which a walk in order would look at nearly all
 * runs until the page is full. $1 tenant, $2 offset, $3 rows; the values of the search follow. One row at least; without a page it has no id. Indexes: as in
 * `searchedSets`, and executions_by_number for the page.
 */
export function searchFew(conditions: ExecutionConditions, direction: 'ASC' | 'DESC'): Statement {
  const sets = searchedSets(conditions, '').map((set) => `SELECT e.number ${set}`);
  return statement(
    'search_few',
    `WITH found AS MATERIALIZED (${sets.join(' UNION ALL ')}),
     page AS MATERIALIZED (SELECT number FROM found ORDER BY number ${direction} OFFSET $2::bigint LIMIT $3::bigint)
     SELECT (SELECT count(*) FROM found)::integer AS total, p.*
       FROM (SELECT) one LEFT JOIN (SELECT ${SHEETED_ROWS.columns} FROM page JOIN executions e ON e.number = page.number AND e.tenant_id = $1 ${SHEETED_ROWS.joins}) p ON true
      ORDER BY p.number ${direction}`,
  );
}

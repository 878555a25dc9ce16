import { statement, type Statement } from '../../database/statement.js';

/** The first launches that were not put away in the order of their results, those without one last, or first when the order falls. $1 tenant, $2 how many. Index: run_sheets_by_result. */
export function foremostResults(falls: boolean): Statement {
  return statement(
    'foremost_results',
    `SELECT s.execution_id AS id FROM run_sheets s WHERE s.tenant_id = $1 AND s.dismissed_at IS NULL ORDER BY s.result_at ${falls ? 'DESC' : 'ASC'}, s.number LIMIT $2::bigint`,
  );
}

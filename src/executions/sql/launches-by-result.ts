import { statement } from '../../database/statement.js';

/** The launch whose result has a number. $1 tenant, $2 number. Index: run_sheets_result. */
export const launchesByResult = statement(
  'launches_by_result',
  `SELECT s.execution_id AS id FROM run_sheets s WHERE s.tenant_id = $1 AND s.result_number = $2::bigint`,
);

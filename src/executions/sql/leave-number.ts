import { statement } from '../../database/statement.js';

/**
 * Gives a run that was replaced another number, so that `takeNumber` can give the old one to the run in its place; numbers are unique at every moment. $1
 * tenant, $2 id. The run is put away, so it has a sheet. Indexes: executions_pkey, run_sheets_pkey.
 */
export const leaveNumber = statement(
  'leave_number',
  `WITH changed AS (UPDATE executions SET number = DEFAULT WHERE id = $2 AND tenant_id = $1 RETURNING id, number)
   UPDATE run_sheets s SET number = c.number FROM changed c WHERE s.execution_id = c.id RETURNING s.execution_id AS id`,
);

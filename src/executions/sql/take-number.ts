import { statement } from '../../database/statement.js';

/**
 * Gives a run the number of the one that it takes the place of, and the time since when that was there. $1 tenant, $2 id, $3 number, $4 time.
 * Indexes: executions_pkey, run_sheets_pkey.
 */
export const takeNumber = statement(
  'take_number',
  `WITH changed AS (UPDATE executions SET number = $3, created_at = $4 WHERE id = $2 AND tenant_id = $1 RETURNING id, number)
   UPDATE run_sheets s SET number = c.number FROM changed c WHERE s.execution_id = c.id RETURNING s.execution_id AS id`,
);

import { statement } from '../../database/statement.js';

/**
 * Gives the results of runs that have begun their numbers, unless they have them. $1 tenant, $2 ids. Answers id and number of all that have one.
 * The function is in the migration of profiles and run sheets. Indexes: run_sheets_result, executions_pkey, live_runs_pkey.
 */
export const numberResults = statement(
  'number_results',
  `SELECT r.id, r.result_number AS "resultNumber" FROM number_results($1, $2::uuid[]) r`,
);

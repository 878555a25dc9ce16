import { statement } from '../../database/statement.js';

/**
 * Gives the results of all launches that have begun their numbers, unless they have them or were put away. $1 tenant. The function is in the migration of search indexes.
 * Those without a number are few, but for the first time; a planner that does not know it yet would read the history, hence OFFSET 0.
 * Indexes: run_sheets_unnumbered, executions_pkey, live_runs_pkey.
 */
export const numberLaunches = statement(
  'number_launches',
  `SELECT count(r.id)::integer AS numbered
     FROM (SELECT array_agg(s.execution_id) AS ids
             FROM run_sheets s
                  CROSS JOIN LATERAL (SELECT e.started_at FROM executions e WHERE e.id = s.execution_id OFFSET 0) e
                  LEFT JOIN live_runs l ON l.id = s.execution_id
            WHERE s.tenant_id = $1 AND s.result_number IS NULL AND s.dismissed_at IS NULL
              AND coalesce(e.started_at, l.started_at, l.claimed_at) IS NOT NULL) begun,
          LATERAL number_results($1, begun.ids) r
    WHERE begun.ids IS NOT NULL`,
);

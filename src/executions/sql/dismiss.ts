import { statement } from '../../database/statement.js';

/**
 * Puts executions away: searches leave them out from now on. $1 tenant, $2 ids, $3 whether those that have not ended are put away too. Answers those that
 * were not away before, with their jobs. Indexes: executions_pkey, run_sheets_pkey.
 */
export const dismiss = statement(
  'dismiss',
  `WITH chosen AS MATERIALIZED (
    SELECT e.id, e.number, e.job_id, e.scheduled_for FROM executions e
     WHERE e.id = ANY ($2::uuid[]) AND e.tenant_id = $1 AND ($3 OR e.state IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM run_sheets s WHERE s.execution_id = e.id AND s.dismissed_at IS NOT NULL)
     ORDER BY e.id
  ),
  away AS (
    INSERT INTO run_sheets AS known (execution_id, tenant_id, number, due_at, dismissed_at) SELECT id, $1, number, scheduled_for, now() FROM chosen
        ON CONFLICT (execution_id) DO UPDATE SET dismissed_at = coalesce(known.dismissed_at, EXCLUDED.dismissed_at)
    RETURNING execution_id
  )
  SELECT c.id, c.job_id AS "jobId" FROM away a JOIN chosen c ON c.id = a.execution_id`,
);

import { statement } from '../../database/statement.js';

/**
 * Ends runs that no worker holds. $1 tenant, $2 ids, $3 gates whose locks the transaction holds, $4 reason. Answers the ids it ended.
 * Indexes: live_runs_pkey, executions_pkey.
 */
export const cancelWaiting = statement(
  'cancel_waiting',
  `WITH ended AS (
    DELETE FROM live_runs l
     WHERE l.id = ANY ($2::uuid[]) AND l.tenant_id = $1 AND l.state IN ('scheduled', 'queued', 'pending')
       AND (l.gate_id IS NULL OR l.gate_id = ANY ($3::uuid[]))
    RETURNING l.id, l.state, l.gate_id, l.attempt
  ),
  recorded AS (
    UPDATE executions e SET state = 'cancelled', reason = $4, attempt = d.attempt, finished_at = now()
      FROM ended d WHERE e.id = d.id
    RETURNING e.id
  ),
  freed AS (
    UPDATE gates g SET active = g.active - c.active, queued = g.queued - c.queued
      FROM (SELECT gate_id, count(*) FILTER (WHERE state <> 'queued')::int AS active, count(*) FILTER (WHERE state = 'queued')::int AS queued
              FROM ended WHERE gate_id IS NOT NULL GROUP BY gate_id) c
     WHERE g.id = c.gate_id
  )
  SELECT id FROM recorded`,
);

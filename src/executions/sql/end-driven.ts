import { statement } from '../../database/statement.js';
import { freed } from './freed.js';

/**
 * Ends a run that no agent holds, as a client says. $1 tenant, $2 ids, $3 gates whose locks the transaction holds, $4 states that it may come from,
 * $5 final state, $6 reason, $7 error or null, $8 who says it. Answers the ids it ended. Indexes: live_runs_pkey, executions_pkey.
 */
export const endDriven = statement(
  'end_driven',
  `WITH ended AS (
    DELETE FROM live_runs l
     WHERE l.id = ANY ($2::uuid[]) AND l.tenant_id = $1 AND l.agent_id IS NULL AND l.state = ANY ($4::text[])
       AND (l.gate_id IS NULL OR l.gate_id = ANY ($3::uuid[]))
    RETURNING l.id, l.gate_id, l.held_by, l.attempt, l.started_at, l.stop_requested_by
  ),
  recorded AS (
    UPDATE executions e
       SET state = $5, reason = $6, error = $7::jsonb, attempt = d.attempt, started_at = d.started_at, finished_at = now(),
           stop_requested_by = coalesce(d.stop_requested_by, CASE $5 WHEN 'cancelled' THEN $8 END)
      FROM ended d WHERE e.id = d.id
    RETURNING e.id
  ),
  ${freed('$3')}
  SELECT id FROM recorded`,
);

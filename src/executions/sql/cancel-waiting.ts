import { statement } from '../../database/statement.js';
import { freed } from './freed.js';

/**
 * Ends runs that nobody holds. A pending run that a client drives may have begun without our knowing, so it is not ended (`requestStop`). $1 tenant, $2 ids, $3 gates whose locks the transaction holds, $4 reason, $5 who asks. Answers the ids it ended.
 * Indexes: live_runs_pkey, executions_pkey, queues_pkey.
 */
export const cancelWaiting = statement(
  'cancel_waiting',
  `WITH ended AS (
    DELETE FROM live_runs l
     WHERE l.id = ANY ($2::uuid[]) AND l.tenant_id = $1 AND l.state IN ('scheduled', 'queued', 'pending')
       AND NOT (l.state = 'pending' AND EXISTS (SELECT 1 FROM queues q WHERE q.id = l.queue_id AND q.is_external))
       AND (l.gate_id IS NULL OR l.gate_id = ANY ($3::uuid[]))
    RETURNING l.id, l.gate_id, l.held_by, l.attempt
  ),
  recorded AS (
    UPDATE executions e SET state = 'cancelled', reason = $4, attempt = d.attempt, finished_at = now(), stop_requested_by = $5
      FROM ended d WHERE e.id = d.id
    RETURNING e.id
  ),
  ${freed('$3')}
  SELECT id FROM recorded`,
);

import { statement } from '../../database/statement.js';

/**
 * Asks the workers that hold runs to stop them; a client that drives one sees it by the state, also of one that it has not begun. $1 tenant, $2 ids, $3 `cancelling` or `force_cancelling`, $4 who asks. A stop that was asked
 * for stays asked; force follows a plain one, never the other way round. Answers the ids that changed. Indexes: live_runs_pkey, queues_pkey.
 */
export const requestStop = statement(
  'request_stop',
  `WITH asked AS (
    UPDATE live_runs l
       SET state = $3, driven_by = CASE WHEN l.agent_id IS NULL THEN coalesce(l.driven_by, $4) END, stop_requested_at = now(), stop_requested_by = $4, updated_at = now()
     WHERE l.id = ANY ($2::uuid[]) AND l.tenant_id = $1
       AND (l.state = 'running' OR (l.state = 'cancelling' AND $3 = 'force_cancelling')
            OR (l.state = 'pending' AND EXISTS (SELECT 1 FROM queues q WHERE q.id = l.queue_id AND q.is_external)))
    RETURNING l.id, l.agent_id
  ),
  told AS (
    SELECT pg_notify('carillon_stop', string_agg(agent_id::text || ':' || id::text, ',')) FROM asked HAVING count(agent_id) > 0
  )
  SELECT id, (SELECT count(*) FROM told) AS told FROM asked`,
);

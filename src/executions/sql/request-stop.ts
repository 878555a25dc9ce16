import { statement } from '../../database/statement.js';

/**
 * Asks the workers that hold runs to stop them. $1 tenant, $2 ids, $3 `cancelling` or `force_cancelling`, $4 who asks. A stop that was asked
 * for stays asked; force follows a plain one, never the other way round. Answers the ids that changed. Index: live_runs_pkey.
 */
export const requestStop = statement(
  'request_stop',
  `WITH asked AS (
    UPDATE live_runs l
       SET state = $3, stop_requested_at = now(), stop_requested_by = $4, updated_at = now()
     WHERE l.id = ANY ($2::uuid[]) AND l.tenant_id = $1
       AND (l.state = 'running' OR (l.state = 'cancelling' AND $3 = 'force_cancelling'))
    RETURNING l.id, l.agent_id
  ),
  told AS (
    SELECT pg_notify('carillon_stop', string_agg(agent_id::text || ':' || id::text, ',')) FROM asked HAVING count(*) > 0
  )
  SELECT id, (SELECT count(*) FROM told) AS told FROM asked`,
);

import { statement } from '../../database/statement.js';
import { REPORTED_RUN } from './reported-run.js';

/**
 * Gives claimed runs back that were never started, with their attempt uncounted. $1 agent; per run: $2 id, $3 fence. A run that was asked
 * to stop meanwhile is not given back; its worker ends it. Nor one that has begun, which output says as well: the next holder's would have the same numbers and be taken for what
 * is there; in a CASE, so that it is asked of the runs found and not joined before them. Answers the ids given back. Indexes: live_runs_pkey, execution_logs_pkey.
 */
export const unclaim = statement(
  'unclaim',
  `WITH returned AS (
    UPDATE live_runs l SET state = 'pending', agent_id = NULL, attempt = l.attempt - 1, claimed_at = NULL, updated_at = now()
      FROM unnest($2::uuid[], $3::int[]) AS r(id, fence)
     WHERE ${REPORTED_RUN} AND l.state = 'running'
       AND CASE WHEN l.started_at IS NULL THEN NOT EXISTS (SELECT 1 FROM execution_logs o WHERE o.execution_id = l.id AND o.attempt = l.attempt) END
    RETURNING l.id, l.queue_id, l.is_restrained
  ),
  told AS (
    SELECT pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',')) FROM returned HAVING count(*) > 0
  )
  SELECT id, (SELECT count(*) FROM told) AS told,
         (SELECT tell_room(array_agg(DISTINCT queue_id)) FROM returned WHERE is_restrained) AS room FROM returned`,
);

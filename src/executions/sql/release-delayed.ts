import { statement } from '../../database/statement.js';

/**
 * Makes delayed runs pending whose time has come, but for planned ones (`enterGates`). $1 at most. Answers how many, and the next instant at which one becomes due.
 * The state is not asked for again in the update: the rows are locked, and the planner would walk all delayed runs for it.
 * Indexes: live_runs_pkey, live_delayed (run_at, id) WHERE state = 'scheduled'.
 */
export const releaseDelayed = statement(
  'release_delayed',
  `WITH due AS MATERIALIZED (
    SELECT id FROM live_runs WHERE state = 'scheduled' AND run_at <= now() AND is_planned IS NOT TRUE ORDER BY run_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
  ),
  released AS (
    UPDATE live_runs l SET state = 'pending', updated_at = now()
     WHERE l.id = ANY (ARRAY(SELECT id FROM due))
    RETURNING l.queue_id
  ),
  told AS (
    SELECT pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',')) FROM released HAVING count(*) > 0
  )
  SELECT (SELECT count(*)::int FROM released) AS released, (SELECT count(*) FROM told) AS told,
         (SELECT min(run_at) FROM live_runs WHERE state = 'scheduled' AND run_at > now()) AS "nextAt"`,
);

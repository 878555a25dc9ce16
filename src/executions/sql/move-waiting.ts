import { statement } from '../../database/statement.js';

/** Waiting runs of a job follow its queue and priority. $1 job, $2 queue, $3 priority. Index: live_by_job. */
export const moveWaiting = statement(
  'move_waiting',
  `WITH w AS (SELECT id FROM live_runs WHERE job_id = $1 AND state IN ('scheduled', 'queued', 'pending') ORDER BY id FOR UPDATE),
  moved AS (
    UPDATE live_runs l SET queue_id = $2, priority = $3, updated_at = now() WHERE l.id IN (SELECT id FROM w) RETURNING state
  )
  SELECT count(*)::int AS moved, CASE WHEN count(*) > 0 THEN pg_notify('carillon_dispatch', $2::text) END AS told FROM moved`,
);

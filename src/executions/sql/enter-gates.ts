import { statement } from '../../database/statement.js';

/**
 * Planned runs that are due come to their jobs' gates and stand in line there, whatever the rule says to new ones; those of jobs without one are pending.
 * $1 ids, $2 gates whose locks the transaction holds. To be followed by `promote`. What another replica took already is left alone, and so is
 * a run whose job got another gate meanwhile. Answers the ids. Indexes: live_runs_pkey, jobs_pkey, gates_pkey.
 */
export const enterGates = statement(
  'enter_gates',
  `WITH due AS MATERIALIZED (
    SELECT l.id, j.gate_id FROM live_runs l JOIN jobs j ON j.id = l.job_id
     WHERE l.id = ANY ($1::uuid[]) AND l.is_planned AND l.run_at <= now() AND (j.gate_id IS NULL OR j.gate_id = ANY ($2::uuid[]))
     ORDER BY l.id
       FOR UPDATE OF l
  ),
  entered AS (
    UPDATE live_runs l
       SET is_planned = NULL, gate_id = d.gate_id, held_by = d.gate_id, updated_at = now(),
           arrival = CASE WHEN d.gate_id IS NOT NULL THEN nextval('live_arrivals') END,
           state = CASE WHEN d.gate_id IS NOT NULL THEN 'queued' ELSE 'pending' END
      FROM due d WHERE l.id = d.id
    RETURNING l.id, l.gate_id, l.queue_id, l.state
  ),
  counted AS (
    UPDATE gates g SET queued = g.queued + c.n
      FROM (SELECT gate_id, count(*)::int AS n FROM entered WHERE gate_id IS NOT NULL GROUP BY 1) c
     WHERE g.id = c.gate_id
  ),
  told AS (SELECT pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',')) FROM entered WHERE state = 'pending' HAVING count(*) > 0)
  SELECT id, (SELECT count(*) FROM told) AS told FROM entered`,
);

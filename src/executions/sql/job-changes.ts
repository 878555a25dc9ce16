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

/** Runs that were made before the job had a gate come under it. $1 job, $2 gate, which is locked. Indexes: live_by_job, gates_pkey. */
export const adoptRuns = statement(
  'adopt_runs',
  `WITH w AS (SELECT id FROM live_runs WHERE job_id = $1 AND gate_id IS NULL ORDER BY id FOR UPDATE),
  adopted AS (
    UPDATE live_runs l SET gate_id = $2 WHERE l.id IN (SELECT id FROM w) RETURNING id
  )
  UPDATE gates SET active = active + (SELECT count(*) FROM adopted) WHERE id = $2`,
);

/** Waiting runs of a job. $1 tenant, $2 job, $3 at most. Index: live_by_job. */
export const waitingRunsOf = statement(
  'waiting_runs_of',
  `SELECT id FROM live_runs WHERE tenant_id = $1 AND job_id = $2 AND state IN ('scheduled', 'queued', 'pending') ORDER BY id LIMIT $3`,
);

import { statement } from '../../database/statement.js';

/**
 * Waiting runs of a job follow its tags and priority; the interfaces that they were made with stay theirs, so each goes to the queue of the
 * new tags and its own interfaces, which is made if it is missing. $1 job, $2 queue of the job, $3 priority.
 * Indexes: live_by_job, queues_pkey, queues_once.
 */
export const moveWaiting = statement(
  'move_waiting',
  `WITH w AS MATERIALIZED (
    SELECT id, queue_id FROM live_runs WHERE job_id = $1 AND state IN ('scheduled', 'queued', 'pending') ORDER BY id FOR UPDATE
  ),
  former AS (SELECT q.id, q.interfaces FROM queues q WHERE q.id IN (SELECT queue_id FROM w)),
  wanted AS (
    SELECT DISTINCT j.tenant_id, j.required_tags, j.excluded_tags, f.interfaces, j.is_external FROM queues j CROSS JOIN former f WHERE j.id = $2
  ),
  found AS (SELECT q.id, q.interfaces FROM wanted n JOIN queues q USING (tenant_id, required_tags, excluded_tags, interfaces, is_external)),
  made AS (
    INSERT INTO queues (tenant_id, required_tags, excluded_tags, interfaces, is_external)
    SELECT * FROM wanted n WHERE NOT EXISTS (SELECT 1 FROM found f WHERE f.interfaces = n.interfaces) ORDER BY n.interfaces
        ON CONFLICT (tenant_id, required_tags, excluded_tags, interfaces, is_external) DO UPDATE SET tenant_id = EXCLUDED.tenant_id
    RETURNING id, interfaces
  ),
  target AS (
    SELECT f.id AS former, t.id FROM former f JOIN (SELECT * FROM found UNION ALL SELECT * FROM made) t ON t.interfaces = f.interfaces
  ),
  moved AS (
    UPDATE live_runs l SET queue_id = t.id, priority = $3, updated_at = now()
      FROM w JOIN target t ON t.former = w.queue_id WHERE l.id = w.id
    RETURNING l.queue_id
  )
  SELECT count(*)::int AS moved,
         CASE WHEN count(*) > 0 THEN pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',')) END AS told FROM moved`,
);

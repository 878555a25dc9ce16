import { statement } from '../../database/statement.js';

/**
 * Moves jobs with their live runs to another group: those that are through count there, those that stood in the old line stand in the new one in
 * the order in which they came. $1 jobs, whose gates have their ids, $2 gate of the new group, null for none. The transaction holds the jobs,
 * their gates and those of both groups. Indexes: gates_pkey, live_by_job, live_runs_pkey.
 */
export const enterGroup = statement(
  'enter_group',
  `WITH job AS MATERIALIZED (
    SELECT id, next_gate_id AS old_gate_id, active FROM gates WHERE id = ANY ($1::uuid[]) AND next_gate_id IS DISTINCT FROM $2::uuid
  ),
  waiting AS MATERIALIZED (
    SELECT l.id FROM live_runs l
     WHERE l.job_id = ANY (ARRAY(SELECT id FROM job)) AND l.gate_id = l.job_id AND l.state = 'queued' AND l.held_by <> l.gate_id
     ORDER BY l.id FOR UPDATE
  ),
  moved AS (
    UPDATE live_runs l
       SET held_by = $2, state = CASE WHEN $2::uuid IS NOT NULL THEN 'queued' WHEN l.run_at > now() THEN 'scheduled' ELSE 'pending' END, updated_at = now()
     WHERE l.id = ANY (ARRAY(SELECT id FROM waiting))
    RETURNING l.gate_id, l.queue_id, l.state, l.run_at
  ),
  share AS (
    SELECT j.id, j.old_gate_id, j.active - coalesce(m.n, 0) AS through, coalesce(m.n, 0) AS waiting
      FROM job j LEFT JOIN (SELECT gate_id, count(*)::int AS n FROM moved GROUP BY gate_id) m ON m.gate_id = j.id
  ),
  counted AS (
    UPDATE gates g SET active = g.active + c.active, queued = g.queued + c.queued
      FROM (SELECT x.id, sum(x.active)::int AS active, sum(x.queued)::int AS queued
              FROM share s CROSS JOIN LATERAL (VALUES (s.old_gate_id, -s.through, -s.waiting), ($2::uuid, s.through, s.waiting)) x(id, active, queued)
             WHERE x.id IS NOT NULL GROUP BY x.id) c
     WHERE g.id = c.id
  ),
  linked AS (
    UPDATE gates g SET next_gate_id = $2 WHERE g.id = ANY (ARRAY(SELECT id FROM job))
  )
  SELECT CASE WHEN count(*) FILTER (WHERE state = 'pending') > 0
              THEN pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',') FILTER (WHERE state = 'pending')) END AS told,
         CASE WHEN count(*) FILTER (WHERE state = 'scheduled') > 0
              THEN pg_notify('carillon_delayed', (extract(epoch FROM min(run_at) FILTER (WHERE state = 'scheduled')) * 1000)::bigint::text) END AS delayed
    FROM moved`,
);

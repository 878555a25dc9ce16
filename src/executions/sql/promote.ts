import { statement } from '../../database/statement.js';

/**
 * Lets runs that their jobs' gates hold back through as far as there is room; those of a group come to stand in its line. $1 ids of gates that
 * the transaction has locked, with the gates after them. Must be a statement of its own,
 * begun after the lock is held: a run that was queued while we waited would be invisible to an older snapshot and stay behind.
 * The state is not asked for again in the update: the rows are locked, and the planner would walk all held runs for it.
 * Indexes: live_runs_pkey, live_held (gate_id, priority DESC, run_at, id) WHERE state = 'queued' AND held_by IS NOT DISTINCT FROM gate_id
 * (with `=` the planner would not see that the index serves the query).
 */
export const promote = statement(
  'promote',
  `WITH room AS MATERIALIZED (
    SELECT id, next_gate_id, CASE WHEN max_active IS NULL THEN queued ELSE least(queued, max_active - active) END AS n
      FROM gates WHERE id = ANY ($1::uuid[]) AND queued > 0
  ),
  next AS MATERIALIZED (
    SELECT x.id FROM room CROSS JOIN LATERAL (
      SELECT l.id FROM live_runs l
       WHERE l.gate_id = room.id AND l.state = 'queued' AND l.held_by IS NOT DISTINCT FROM l.gate_id
       ORDER BY l.priority DESC, l.run_at, l.id
       LIMIT greatest(room.n, 0)
         FOR UPDATE) x
  ),
  let_through AS (
    UPDATE live_runs l
       SET held_by = (SELECT room.next_gate_id FROM room WHERE room.id = l.gate_id),
           state = CASE WHEN (SELECT room.next_gate_id FROM room WHERE room.id = l.gate_id) IS NOT NULL THEN 'queued'
                        WHEN l.run_at > now() THEN 'scheduled' ELSE 'pending' END,
           updated_at = now()
     WHERE l.id = ANY (ARRAY(SELECT id FROM next))
    RETURNING l.id, l.gate_id, l.held_by, l.queue_id, l.state, l.run_at
  ),
  counted AS (
    UPDATE gates g SET active = g.active + c.active, queued = g.queued + c.queued
      FROM (SELECT x.id, sum(x.active)::int AS active, sum(x.queued)::int AS queued
              FROM let_through t CROSS JOIN LATERAL (VALUES (t.gate_id, 1, -1), (t.held_by, 0, 1)) x(id, active, queued)
             WHERE x.id IS NOT NULL GROUP BY x.id) c
     WHERE g.id = c.id
  )
  SELECT count(*) AS promoted,
         CASE WHEN count(*) FILTER (WHERE state = 'pending') > 0
              THEN pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',') FILTER (WHERE state = 'pending')) END AS told,
         CASE WHEN count(*) FILTER (WHERE state = 'scheduled') > 0
              THEN pg_notify('carillon_delayed', (extract(epoch FROM min(run_at) FILTER (WHERE state = 'scheduled')) * 1000)::bigint::text) END AS delayed
    FROM let_through`,
);

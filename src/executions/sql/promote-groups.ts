import { statement } from '../../database/statement.js';

/**
 * Lets runs through that stand in the lines of groups, first in, first out across the jobs of the group, as far as there is room. $1 ids of
 * gates that the transaction has locked. A statement of its own, after `promote`, for the reason given there.
 * Indexes: live_runs_pkey, live_in_line (held_by, arrival) WHERE state = 'queued' AND held_by <> gate_id.
 */
export const promoteGroups = statement(
  'promote_groups',
  `WITH room AS MATERIALIZED (
    SELECT id, CASE WHEN max_active IS NULL THEN queued ELSE least(queued, max_active - active) END AS n
      FROM gates WHERE id = ANY ($1::uuid[]) AND queued > 0
  ),
  next AS MATERIALIZED (
    SELECT x.id, room.id AS group_gate_id FROM room CROSS JOIN LATERAL (
      SELECT l.id FROM live_runs l
       WHERE l.held_by = room.id AND l.state = 'queued' AND l.held_by <> l.gate_id
       ORDER BY l.arrival
       LIMIT greatest(room.n, 0)
         FOR UPDATE) x
  ),
  let_through AS (
    UPDATE live_runs l
       SET held_by = NULL, state = CASE WHEN l.run_at > now() THEN 'scheduled' ELSE 'pending' END, updated_at = now()
     WHERE l.id = ANY (ARRAY(SELECT id FROM next))
    RETURNING l.id, l.queue_id, l.state, l.run_at
  ),
  counted AS (
    UPDATE gates g SET active = g.active + c.n, queued = g.queued - c.n
      FROM (SELECT n.group_gate_id, count(*)::int AS n FROM next n JOIN let_through t ON t.id = n.id GROUP BY 1) c
     WHERE g.id = c.group_gate_id
  )
  SELECT count(*) AS promoted,
         CASE WHEN count(*) FILTER (WHERE state = 'pending') > 0
              THEN pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',') FILTER (WHERE state = 'pending')) END AS told,
         CASE WHEN count(*) FILTER (WHERE state = 'scheduled') > 0
              THEN pg_notify('carillon_delayed', (extract(epoch FROM min(run_at) FILTER (WHERE state = 'scheduled')) * 1000)::bigint::text) END AS delayed
    FROM let_through`,
);

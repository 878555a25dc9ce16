import { statement } from '../../database/statement.js';

/** Locks gates in the order of their ids. $1 ids. Index: gates_pkey. */
export const lockGates = statement(
  'lock_gates',
  'SELECT id FROM gates WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
);

/**
 * Lets held-back runs through as far as there is room. $1 ids of gates that the transaction has locked. Must be a statement of its own,
 * begun after the lock is held: a run that was queued while we waited would be invisible to an older snapshot and stay behind.
 * The state is not asked for again in the update: the rows are locked, and the planner would walk all held runs for it.
 * Indexes: live_runs_pkey, live_held (gate_id, priority DESC, run_at, id) WHERE state = 'queued'.
 */
export const promote = statement(
  'promote',
  `WITH room AS MATERIALIZED (
    SELECT id, CASE WHEN max_active IS NULL THEN queued ELSE least(queued, max_active - active) END AS n
      FROM gates WHERE id = ANY ($1::uuid[]) AND queued > 0
  ),
  next AS MATERIALIZED (
    SELECT x.id FROM room CROSS JOIN LATERAL (
      SELECT l.id FROM live_runs l
       WHERE l.gate_id = room.id AND l.state = 'queued'
       ORDER BY l.priority DESC, l.run_at, l.id
       LIMIT greatest(room.n, 0)
         FOR UPDATE) x
  ),
  let_through AS (
    UPDATE live_runs l SET state = CASE WHEN l.run_at > now() THEN 'scheduled' ELSE 'pending' END, updated_at = now()
     WHERE l.id = ANY (ARRAY(SELECT id FROM next))
    RETURNING l.id, l.gate_id, l.queue_id, l.state, l.run_at
  ),
  counted AS (
    UPDATE gates g SET active = g.active + c.n, queued = g.queued - c.n
      FROM (SELECT gate_id, count(*)::int AS n FROM let_through GROUP BY gate_id) c
     WHERE g.id = c.gate_id
  )
  SELECT count(*) AS promoted,
         CASE WHEN count(*) FILTER (WHERE state = 'pending') > 0
              THEN pg_notify('carillon_dispatch', string_agg(DISTINCT queue_id::text, ',') FILTER (WHERE state = 'pending')) END AS told,
         CASE WHEN count(*) FILTER (WHERE state = 'scheduled') > 0
              THEN pg_notify('carillon_delayed', (extract(epoch FROM min(run_at) FILTER (WHERE state = 'scheduled')) * 1000)::bigint::text) END AS delayed
    FROM let_through`,
);

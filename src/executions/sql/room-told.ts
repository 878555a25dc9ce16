/**
 * The tail of every statement that takes runs from an agent: wakes who waits for what they held. Needs a CTE `vacated` (queue_id), and that
 * the statement reads `room_told`. Apart from the runs themselves nobody keeps a list of what is held, so this is a matter of promptness,
 * not of truth. Ends of runs without interfaces in tenants without a limit find nothing in `room` and look no further. At most so many
 * queues as fit a notification; the others are found by the next end or poll.
 * Indexes: queues_pkey, tenants_pkey, queues_once (by tenant), queues_by_interface, live_pending.
 */
export const ROOM_TOLD = `
  room AS MATERIALIZED (
    SELECT DISTINCT q.tenant_id, q.interfaces, t.max_running IS NOT NULL AS is_limited
      FROM queues q JOIN tenants t ON t.id = q.tenant_id
     WHERE q.id = ANY (ARRAY(SELECT DISTINCT queue_id FROM vacated)) AND (q.interfaces <> '{}' OR t.max_running IS NOT NULL)
  ),
  room_told AS (
    SELECT pg_notify('carillon_dispatch', string_agg(w.id::text, ','))
      FROM (SELECT w.id
              FROM (SELECT DISTINCT n.id
                      FROM room r CROSS JOIN LATERAL (
                        SELECT q.id FROM queues q WHERE r.is_limited AND q.tenant_id = r.tenant_id
                        UNION ALL
                        SELECT q.id FROM queues q WHERE q.interfaces <> '{}' AND q.interfaces && r.interfaces) n) w
             CROSS JOIN LATERAL (SELECT 1 FROM live_runs l WHERE l.queue_id = w.id AND l.state = 'pending'
                                  ORDER BY l.priority DESC, l.run_at, l.id LIMIT 1) p
             LIMIT 500) w
    HAVING count(*) > 0
  )`;

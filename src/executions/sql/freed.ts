/**
 * The part of a statement that takes ended runs out of the counters of their gates: those of their job's gate and of the gate after it. Reads
 * a CTE `ended` (gate_id, held_by: the gate at which the run waited, null for one that was through); `gates` is the parameter with the ids of
 * the gates whose locks the transaction holds. Index: gates_pkey.
 */
export function freed(gates: '$1' | '$2' | '$3'): string {
  return `freed AS (
    UPDATE gates g SET active = g.active - c.active, queued = g.queued - c.queued
      FROM (SELECT x.id, sum(x.active)::int AS active, sum(x.queued)::int AS queued
              FROM gates j JOIN (SELECT gate_id, held_by, count(*) AS n FROM ended WHERE gate_id IS NOT NULL GROUP BY 1, 2) d ON d.gate_id = j.id
             CROSS JOIN LATERAL (VALUES
               (j.id, CASE WHEN d.held_by IS DISTINCT FROM j.id THEN d.n ELSE 0 END, CASE WHEN d.held_by = j.id THEN d.n ELSE 0 END),
               (j.next_gate_id, CASE WHEN d.held_by IS NULL THEN d.n ELSE 0 END, CASE WHEN d.held_by = j.next_gate_id THEN d.n ELSE 0 END)) x(id, active, queued)
             WHERE j.id = ANY (${gates}::uuid[]) AND x.id IS NOT NULL
             GROUP BY x.id) c
     WHERE g.id = c.id
  )`;
}

import { statement } from '../../database/statement.js';
import { AGENT_MAY } from './agent-may.js';
import { CLAIMED_RUN } from './claimed-run.js';

/**
 * What `claim` does, for any queues; the same values and answers. Needed as soon as one of the queues has interfaces or belongs to a tenant
 * with a limit: those are decided on after locking the tenants and the agent (see the migration of placement), so that nobody else can take
 * the same room meanwhile. Of two runs of one claim that need the same interface the first wins. A run that lost to one which itself was
 * left out is found by the next claim. At most one run comes from a queue with interfaces.
 * Indexes: as in `claim`; live_by_agent within the functions.
 */
export const claimRestrained = statement(
  'claim_restrained',
  `WITH q AS MATERIALIZED (
    SELECT u.id, u.rank, k.tenant_id, nullif(k.interfaces, '{}') AS interfaces, t.max_running
      FROM unnest($1::int[], $2::int[]) AS u(id, rank)
      JOIN queues k ON k.id = u.id
      JOIN tenants t ON t.id = k.tenant_id
      JOIN agents a ON ${AGENT_MAY('$5')}
  ),
  limited AS MATERIALIZED (
    SELECT r.tenant_id, r.room
      FROM (SELECT array_agg(DISTINCT tenant_id) AS ids FROM q WHERE max_running IS NOT NULL HAVING count(*) > 0) s
     CROSS JOIN LATERAL lock_tenant_room(s.ids) r
  ),
  taken_interfaces AS MATERIALIZED (
    SELECT lock_interfaces($5) AS names
      FROM (SELECT count(*) FROM limited) first, (SELECT 1 FROM q WHERE interfaces IS NOT NULL LIMIT 1) s
  ),
  open AS MATERIALIZED (
    SELECT q.id, q.rank, q.tenant_id, q.interfaces, r.room,
           CASE WHEN q.interfaces IS NOT NULL THEN least(1, $3) ELSE least($3, r.room) END AS most
      FROM q LEFT JOIN limited r ON r.tenant_id = q.tenant_id
     WHERE (q.max_running IS NULL OR r.room > 0)
       AND (q.interfaces IS NULL OR NOT q.interfaces && (SELECT names FROM taken_interfaces))
  ),
  found AS MATERIALIZED (
    SELECT x.id, x.priority, x.run_at, o.rank, o.id AS queue_id, o.tenant_id, o.interfaces, o.room
      FROM open o CROSS JOIN LATERAL (
        SELECT l.id, l.priority, l.run_at FROM live_runs l
         WHERE l.queue_id = o.id AND l.state = 'pending'
         ORDER BY l.priority DESC, l.run_at, l.id
         LIMIT o.most
           FOR UPDATE SKIP LOCKED) x
  ),
  beyond AS MATERIALIZED (
    SELECT id FROM (SELECT id, room, row_number() OVER (PARTITION BY tenant_id ORDER BY rank, priority DESC, run_at, id) AS place
                      FROM found WHERE room IS NOT NULL) p
     WHERE place > room
  ),
  exclusive AS MATERIALIZED (
    SELECT id, interfaces, row_number() OVER (ORDER BY rank, priority DESC, run_at, id) AS place
      FROM found f WHERE interfaces IS NOT NULL AND (room IS NULL OR id NOT IN (SELECT id FROM beyond))
  ),
  second AS MATERIALIZED (
    SELECT b.id FROM exclusive a JOIN exclusive b ON a.place < b.place AND a.interfaces && b.interfaces
  ),
  c AS MATERIALIZED (
    SELECT f.id, f.queue_id, f.tenant_id
      FROM found f
     WHERE (f.room IS NULL OR f.id NOT IN (SELECT id FROM beyond))
       AND (f.interfaces IS NULL OR f.id NOT IN (SELECT id FROM second))
     ORDER BY f.rank, f.priority DESC, f.run_at, f.id
     LIMIT $4
  ),
  given AS MATERIALIZED (SELECT queue_id, tenant_id, count(*) AS n FROM c GROUP BY queue_id, tenant_id),
  rest AS MATERIALIZED (
    SELECT string_agg(o.id::text, ',') AS more
      FROM open o LEFT JOIN given g ON g.queue_id = o.id
     WHERE (o.interfaces IS NULL OR g.n IS NULL)
       AND (o.room IS NULL OR o.room > (SELECT coalesce(sum(t.n), 0) FROM given t WHERE t.tenant_id = o.tenant_id))
       AND (g.n >= $3
            OR coalesce(g.n, 0) < (SELECT count(*) FROM (SELECT 1 FROM live_runs l WHERE l.queue_id = o.id AND l.state = 'pending'
                                                           ORDER BY l.priority DESC, l.run_at, l.id LIMIT coalesce(g.n, 0) + 1) v))
  ),${CLAIMED_RUN('true')}
  SELECT rest.more, run.* FROM rest LEFT JOIN run ON true`,
);

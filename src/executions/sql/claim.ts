import { statement } from '../../database/statement.js';
import { AGENT_MAY } from './agent-may.js';
import { CLAIMED_RUN } from './claimed-run.js';

/**
 * Hands pending runs to an agent. $1 queue ids, $2 share rank of each queue (lower first), $3 at most per queue, $4 at most in all, $5 agent.
 * Rows that another claim holds are skipped, so claims never wait for each other. An agent that is not online gets nothing, an agent of one
 * tenant only what is its own, and a shared one nothing of a tenant that has its own agents only.
 *
 * Queues with interfaces, and those of tenants with a limit, are left to `claimRestrained`, which costs more (1.2 instead of 0.8 ms for one
 * run, PostgreSQL 18.4, 2 cores, 2026-11-22); `restrained` names them, comma-separated.
 *
 * Answers one row per run, or one without a run. `more` says which of the queues may hold more that this agent could have at once: those
 * that gave as much as they were asked for, and those with rows that were skipped or left.
 * Indexes: queues_pkey, tenants_pkey, agents_pkey, live_runs_pkey, live_pending (queue_id, priority DESC, run_at, id) WHERE state = 'pending'.
 */
export const claim = statement(
  'claim',
  `WITH q AS MATERIALIZED (
    SELECT u.id, u.rank, k.interfaces <> '{}' OR t.max_running IS NOT NULL AS is_restrained
      FROM unnest($1::int[], $2::int[]) AS u(id, rank)
      JOIN queues k ON k.id = u.id
      JOIN tenants t ON t.id = k.tenant_id
      JOIN agents a ON ${AGENT_MAY('$5')}
  ),
  c AS MATERIALIZED (
    SELECT x.id, q.id AS queue_id
      FROM q CROSS JOIN LATERAL (
        SELECT l.id, l.priority, l.run_at FROM live_runs l
         WHERE l.queue_id = q.id AND l.state = 'pending'
         ORDER BY l.priority DESC, l.run_at, l.id
         LIMIT $3
           FOR UPDATE SKIP LOCKED) x
     WHERE NOT q.is_restrained
     ORDER BY q.rank, x.priority DESC, x.run_at, x.id
     LIMIT $4
  ),${CLAIMED_RUN('l.is_restrained')}
  SELECT s.more, s.restrained, run.*
    FROM (SELECT string_agg(n.id::text, ',') FILTER (WHERE NOT n.is_restrained AND (n.given >= $3 OR n.given <
                   (SELECT count(*) FROM (SELECT 1 FROM live_runs l WHERE l.queue_id = n.id AND l.state = 'pending'
                                           ORDER BY l.priority DESC, l.run_at, l.id LIMIT n.given + 1) v))) AS more,
                 string_agg(n.id::text, ',') FILTER (WHERE n.is_restrained) AS restrained
            FROM (SELECT q.id, q.is_restrained, (SELECT count(*) FROM c WHERE c.queue_id = q.id) AS given FROM q) n) s
    LEFT JOIN run ON true`,
);

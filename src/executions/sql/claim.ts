import { statement } from '../../database/statement.js';

/**
 * Hands pending runs to an agent. $1 queue ids, $2 share rank of each queue (lower first), $3 at most per queue, $4 at most in all, $5 agent.
 * Rows that another claim holds are skipped, so claims never wait for each other's runs. An agent that is not online gets nothing, an agent
 * of one tenant only what is its own, and a shared one nothing of a tenant that has its own agents only.
 *
 * Tenants with a limit and queues with interfaces are decided on after locking the tenants, then the agent (see the migration of
 * placement): nobody else can take the same room meanwhile. The others cost nothing of that. Two runs of one claim that need the same
 * interface: the first wins. A run that lost to one that itself was left out is found by the next claim.
 *
 * Answers one row per run; or one without a run. The first row says in `more` which of the queues may hold more that this agent could have
 * at once, comma-separated: those that gave as much as they were asked for, and those with rows that were skipped or left.
 * The state is not asked for again in the update: the rows are locked, and the planner might walk all pending runs for it.
 * Indexes: queues_pkey, tenants_pkey, agents_pkey, live_runs_pkey, live_pending (queue_id, priority DESC, run_at, id) WHERE state = 'pending'.
 */
export const claim = statement(
  'claim',
  `WITH q AS MATERIALIZED (
    SELECT u.id, u.rank, k.tenant_id, nullif(k.interfaces, '{}') AS interfaces, t.max_running
      FROM unnest($1::int[], $2::int[]) AS u(id, rank)
      JOIN queues k ON k.id = u.id
      JOIN tenants t ON t.id = k.tenant_id
      JOIN agents a ON a.id = $5 AND a.state = 'online'
       AND CASE WHEN a.tenant_id IS NULL THEN NOT t.dedicated_agents_only ELSE a.tenant_id = k.tenant_id END
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
  ),
  claimed AS (
    UPDATE live_runs l
       SET state = 'running', fence = l.fence + 1, attempt = l.attempt + 1, agent_id = $5, pid = NULL, claimed_at = now(), started_at = NULL,
           progress_percent = NULL, progress_message = NULL, updated_at = now()
     WHERE l.id = ANY (ARRAY(SELECT id FROM c))
    RETURNING l.id, l.tenant_id, l.job_id, l.queue_id, l.gate_id, l.attempt, l.fence
  ),
  run AS (
    SELECT u.id, u.tenant_id AS "tenantId", t.name AS tenant, u.job_id AS "jobId", u.queue_id AS "queueId", u.gate_id AS "gateId",
           u.attempt, u.fence, j.name AS "jobName", e.job_class AS "jobClass", e.args, e.parameters, e.scheduled_for AS "scheduledFor",
           j.timeout_ms AS "timeoutMs", j.kill_grace_ms AS "killGraceMs", j.max_output_bytes AS "maxOutputBytes",
           j.max_attempts AS "maxAttempts", j.retry_initial_ms AS "retryInitialMs", j.retry_factor AS "retryFactor",
           j.retry_max_ms AS "retryMaxMs", j.retry_jitter AS "retryJitter",
           t.forbidden_job_classes AS "forbiddenJobClasses"
      FROM claimed u
      JOIN executions e ON e.id = u.id
      JOIN jobs j ON j.id = u.job_id
      JOIN tenants t ON t.id = u.tenant_id
  )
  SELECT rest.more, run.* FROM rest LEFT JOIN run ON true`,
);

import { statement } from '../../database/statement.js';

/**
 * Hands pending runs to an agent. $1 queue ids, $2 share rank of each queue (lower first), $3 at most per queue, $4 at most in all, $5 agent.
 * Rows that another claim holds are skipped, so claims never wait for each other. An agent that is not online gets nothing.
 * The state is not asked for again in the update: the rows are locked, and the planner might walk all pending runs for it.
 * Indexes: live_runs_pkey, live_pending (queue_id, priority DESC, run_at, id) WHERE state = 'pending'.
 */
export const claim = statement(
  'claim',
  `WITH q AS MATERIALIZED (SELECT id, rank FROM unnest($1::int[], $2::int[]) AS u(id, rank)),
  c AS MATERIALIZED (
    SELECT x.id
      FROM q CROSS JOIN LATERAL (
        SELECT l.id, l.priority, l.run_at FROM live_runs l
         WHERE l.queue_id = q.id AND l.state = 'pending'
         ORDER BY l.priority DESC, l.run_at, l.id
         LIMIT $3
           FOR UPDATE SKIP LOCKED) x
     ORDER BY q.rank, x.priority DESC, x.run_at, x.id
     LIMIT $4
  ),
  claimed AS (
    UPDATE live_runs l
       SET state = 'running', fence = l.fence + 1, attempt = l.attempt + 1, agent_id = $5, pid = NULL, claimed_at = now(), started_at = NULL,
           progress_percent = NULL, progress_message = NULL, updated_at = now()
     WHERE l.id = ANY (ARRAY(SELECT id FROM c))
       AND EXISTS (SELECT 1 FROM agents a WHERE a.id = $5 AND a.state = 'online')
    RETURNING l.id, l.tenant_id, l.job_id, l.queue_id, l.gate_id, l.attempt, l.fence
  )
  SELECT u.id, u.tenant_id AS "tenantId", t.name AS tenant, u.job_id AS "jobId", u.queue_id AS "queueId", u.gate_id AS "gateId",
         u.attempt, u.fence, j.name AS "jobName", e.job_class AS "jobClass", e.args, e.parameters, e.scheduled_for AS "scheduledFor",
         j.timeout_ms AS "timeoutMs", j.kill_grace_ms AS "killGraceMs", j.max_output_bytes AS "maxOutputBytes",
         j.max_attempts AS "maxAttempts", j.retry_initial_ms AS "retryInitialMs", j.retry_factor AS "retryFactor",
         j.retry_max_ms AS "retryMaxMs", j.retry_jitter AS "retryJitter"
    FROM claimed u
    JOIN executions e ON e.id = u.id
    JOIN jobs j ON j.id = u.job_id
    JOIN tenants t ON t.id = u.tenant_id`,
);

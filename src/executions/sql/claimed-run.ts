import { RUN_RULES } from './run-rules.js';

/**
 * The tail shared by the claims: hands the runs of a CTE `c` (id) to the agent $5 and leaves the CTEs `claimed` and `run` (what a worker
 * needs to know), in the order in which the worker shall start them. What runs of a job have in common stands in the first of those that follow each other: to send it with each and to
 * read it there took a sixth of the worker's time for a run. $1 and $2 are the queues and their ranks. The state is not asked for again in the update: the rows are locked, and the planner might walk all pending runs for it. Executions are looked up as in `REPORTED_RUN`.
 * Indexes: live_runs_pkey, executions_pkey, jobs_pkey, tenants_pkey.
 */
export const CLAIMED_RUN = (isRestrained: 'l.is_restrained' | 'true') => `
  claimed AS (
    UPDATE live_runs l
       SET state = 'running', fence = l.fence + 1, attempt = l.attempt + 1, agent_id = $5, pid = NULL, claimed_at = now(), started_at = NULL, is_restrained = ${isRestrained},
           progress_percent = NULL, progress_message = NULL, updated_at = now()
     WHERE l.id = ANY (ARRAY(SELECT id FROM c))
    RETURNING l.id, l.tenant_id, l.job_id, l.queue_id, l.gate_id, l.attempt, l.fence, l.priority, l.run_at
  ),
  run AS (
    SELECT u.id, u.job_id AS "jobId", u.queue_id AS "queueId", u.gate_id AS "gateId",
           u.attempt, u.fence, e.job_class AS "jobClass", e.args, e.parameters, e.scheduled_for AS "scheduledFor",
           CASE WHEN lag(u.job_id) OVER started IS DISTINCT FROM u.job_id
                THEN (SELECT to_json(r) FROM (SELECT u.tenant_id AS "tenantId", t.name AS tenant, j.name AS "jobName", ${RUN_RULES}
                                                FROM jobs j JOIN tenants t ON t.id = u.tenant_id WHERE j.id = u.job_id) r) END AS rules
      FROM claimed u
      JOIN executions e ON e.id = ANY (ARRAY[u.id])
    WINDOW started AS (ORDER BY ($2::int[])[array_position($1::int[], u.queue_id)], u.priority DESC, u.run_at, u.id)
     ORDER BY ($2::int[])[array_position($1::int[], u.queue_id)], u.priority DESC, u.run_at, u.id
  )`;

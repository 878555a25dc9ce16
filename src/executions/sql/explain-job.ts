import { statement } from '../../database/statement.js';

/**
 * What stands about a job beside itself and its triggers: its runs that have not ended, how the last one ended, and the last one that did
 * not run. $1 tenant, $2 job, $3 most live runs that are counted. Indexes: live_by_job, executions_by_job, unsuccessful_by_state.
 */
export const explainJob = statement(
  'explain_job',
  `WITH live AS (
    SELECT id, state, run_at FROM live_runs WHERE job_id = $2 AND tenant_id = $1 ORDER BY id LIMIT $3
  )
  SELECT now() AS now, t.max_running AS "maxRunning", t.dedicated_agents_only AS "dedicatedAgentsOnly", t.forbidden_job_classes AS "forbiddenJobClasses",
         (SELECT coalesce(jsonb_object_agg(state, n), '{}') FROM (SELECT state, count(*) AS n FROM live GROUP BY state) s) AS live,
         (SELECT id FROM live WHERE state IN ('pending', 'queued', 'scheduled')
           ORDER BY array_position(ARRAY['pending', 'queued', 'scheduled'], state), run_at, id LIMIT 1) AS "waitingId",
         (SELECT jsonb_build_object('executionId', id, 'state', state, 'reason', reason, 'finishedAt', finished_at)
            FROM (SELECT id, state, reason, finished_at FROM executions
                   WHERE tenant_id = $1 AND job_id = $2 AND state IS NOT NULL AND state NOT IN ('missed', 'skipped')
                   ORDER BY scheduled_for DESC, id DESC LIMIT 1) e) AS "lastRun",
         (SELECT jsonb_build_object('executionId', e.id, 'state', e.state, 'reason', e.reason, 'scheduledFor', e.scheduled_for)
            FROM (SELECT id, state, reason, scheduled_for FROM executions
                   WHERE tenant_id = $1 AND job_id = $2 ORDER BY scheduled_for DESC, id DESC LIMIT 1) e
           WHERE e.state IN ('missed', 'skipped')) AS "lastNotRun"
    FROM tenants t WHERE t.id = $1`,
);

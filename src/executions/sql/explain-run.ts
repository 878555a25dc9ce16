import { statement } from '../../database/statement.js';

/**
 * All that stands about one execution in rows of its own: itself, its live row, job, group, tenant, trigger and agent, and the gate
 * at which it waits or else its job's. $1 tenant, $2 id.
 * Indexes: executions_pkey, live_runs_pkey, jobs_pkey, gates_pkey, job_groups_pkey, triggers_pkey, agents_pkey.
 */
export const explainRun = statement(
  'explain_run',
  `SELECT now() AS now, e.id, e.source, e.scheduled_for AS "scheduledFor", coalesce(e.state, l.state) AS state, e.reason, e.error,
          e.finished_at AS "finishedAt", e.exit_code AS "exitCode", e.job_class AS "jobClass", coalesce(e.interfaces, '{}') AS interfaces,
          coalesce(l.attempt, e.attempt) AS attempt, l.fence, l.run_at AS "runAt", l.queue_id AS "queueId", coalesce(l.held_by, l.gate_id) AS "gateId", l.priority,
          l.claimed_at AS "claimedAt", coalesce(e.started_at, l.started_at, l.claimed_at) AS "startedAt", coalesce(l.pid, e.pid) AS pid,
          l.stop_requested_at AS "stopRequestedAt", l.stop_requested_by AS "stopRequestedBy",
          j.id AS "jobId", j.name AS "jobName", j.max_attempts AS "maxAttempts", j.overlap_policy AS "overlapPolicy",
          j.deleted_at IS NOT NULL AS "isJobDeleted",
          coalesce(q.required_tags, j.required_tags) AS "requiredTags", coalesce(q.excluded_tags, j.excluded_tags) AS "excludedTags",
          t.max_running AS "maxRunning", t.dedicated_agents_only AS "dedicatedAgentsOnly", t.forbidden_job_classes AS "forbiddenJobClasses",
          g.max_active AS "gateLimit", g.active AS "gateActive", l.held_by <> l.gate_id AS "isHeldByGroup",
          p.id AS "groupId", p.name AS "groupName",
          coalesce(q.is_external, false) AS "isExternal", l.driven_by AS "drivenBy",
          r.jitter_ms AS "jitterMs",
          a.id AS "agentId", a.name AS "agentName", coalesce(e.hostname, a.hostname) AS hostname, a.state AS "agentState",
          a.last_heartbeat_at AS "agentHeartbeatAt", a.last_heartbeat_at + a.lease_ms * interval '1 millisecond' AS "leaseUntil"
     FROM executions e
     JOIN jobs j ON j.id = e.job_id
     JOIN tenants t ON t.id = e.tenant_id
     LEFT JOIN live_runs l ON l.id = e.id
     LEFT JOIN queues q ON q.id = l.queue_id
     LEFT JOIN gates g ON g.id = coalesce(l.held_by, l.gate_id)
     LEFT JOIN job_groups p ON p.id = j.group_id
     LEFT JOIN triggers r ON r.id = e.trigger_id
     LEFT JOIN agents a ON a.id = coalesce(l.agent_id, e.agent_id)
    WHERE e.tenant_id = $1 AND e.id = $2`,
);

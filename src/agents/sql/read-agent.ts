import { statement } from '../../database/statement.js';

/** One agent that serves the tenant, with up to 100 runs that the caller may see. Values: tenant, id. Index: primary key (id), live_by_agent. */
export const READ_AGENT = statement(
  'agent-read',
  `SELECT a.id, a.name, a.kind, a.hostname, a.pid, a.slots,
          coalesce((SELECT h.running FROM runs_held_by(ARRAY[a.id]) h), 0) AS running, a.tags, a.state,
          a.lease_ms AS "leaseMs", a.registered_at AS "registeredAt", a.last_heartbeat_at AS "lastHeartbeatAt", a.ended_at AS "endedAt",
          a.version, a.platform, a.tenant_id IS NULL AS "isShared",
          coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'jobId', r.job_id, 'jobName', r.job_name, 'state', r.state,
                                                        'attempt', r.attempt, 'since', r.since) ORDER BY r.id)
                      FROM runs_of_agents(ARRAY[a.id], 100) r), '[]') AS runs
   FROM agents a WHERE a.id = $2 AND (a.tenant_id IS NULL OR a.tenant_id = $1)`,
);

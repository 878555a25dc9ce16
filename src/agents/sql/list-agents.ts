import { statement } from '../../database/statement.js';

/**
 * A page of agents that serve a tenant, newest first, each with the number of runs it holds (of all tenants: they take its slots)
 * and up to 100 of those that the caller may see.
 * $1 tenant, $2 states or null, $3 id of the last agent of the page before or null, $4 rows, $5 kinds or null, $6 tags in lower case, all of
 * which it must have declared or got attached by the tenant, or null. Index: agent_tags_pkey, primary key backwards, live_by_agent.
 */
export const LIST_AGENTS = statement(
  'agents-list',
  `WITH page AS (
     SELECT * FROM agents a
     WHERE (tenant_id IS NULL OR tenant_id = $1) AND ($2::text[] IS NULL OR state = ANY ($2)) AND ($3::uuid IS NULL OR id < $3)
       AND ($5::text[] IS NULL OR kind = ANY ($5))
       AND ($6::text[] IS NULL OR $6 <@ (a.tags || ARRAY(
             SELECT lower(t.name) FROM agent_tags g JOIN tags t ON t.id = g.tag_id
              WHERE g.tenant_id = $1 AND g.scope = CASE WHEN a.tenant_id IS NULL THEN 'shared' ELSE 'own' END
                AND g.holder = tag_holder(a.kind, a.hostname, a.name))))
     ORDER BY id DESC LIMIT $4
   ), held AS (
     SELECT agent_id, running FROM runs_held_by(ARRAY(SELECT id FROM page))
   ), seen AS (
     SELECT r.agent_id, jsonb_agg(jsonb_build_object('id', r.id, 'jobId', r.job_id, 'jobName', r.job_name, 'state', r.state,
                                                     'attempt', r.attempt, 'since', r.since) ORDER BY r.id) AS runs
       FROM runs_of_agents(ARRAY(SELECT id FROM page), 100) r GROUP BY r.agent_id
   )
   SELECT p.id, p.name, p.kind, p.hostname, p.pid, p.slots, coalesce(h.running, 0) AS running, p.tags, p.state,
          p.lease_ms AS "leaseMs", p.registered_at AS "registeredAt", p.last_heartbeat_at AS "lastHeartbeatAt", p.ended_at AS "endedAt",
          p.version, p.platform, p.tenant_id IS NULL AS "isShared", coalesce(s.runs, '[]') AS runs
   FROM page p LEFT JOIN held h ON h.agent_id = p.id LEFT JOIN seen s ON s.agent_id = p.id
   ORDER BY p.id DESC`,
);

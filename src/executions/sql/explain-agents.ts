import { statement } from '../../database/statement.js';

/**
 * The agents that serve a tenant and have not ended, those that fit the tags best first, each with what it lacks and what it holds (tags that
 * it declared, and those that the tenant attached to it); and
 * those that were lost within the last hour. $1 tenant, $2 required tags, $3 excluded tags, $4 at most. `total` counts them all.
 * Indexes: agents_alive for the living; the lost are looked for among all agents; live_by_agent for the load; agent_tags_pkey.
 */
export const explainAgents = statement(
  'explain_agents',
  `WITH seen AS (
    SELECT a.id, a.name, a.state, a.slots, c.tags, a.tenant_id IS NULL AS "isShared", a.last_heartbeat_at AS "lastHeartbeatAt",
           ARRAY(SELECT x FROM unnest($2::text[]) x WHERE x <> ALL (c.tags) ORDER BY x) AS missing,
           ARRAY(SELECT x FROM unnest($3::text[]) x WHERE x = ANY (c.tags) ORDER BY x) AS clashing
      FROM agents a CROSS JOIN LATERAL (
        SELECT a.tags || ARRAY(SELECT lower(t.name) FROM agent_tags g JOIN tags t ON t.id = g.tag_id
                                WHERE g.tenant_id = $1 AND g.scope = CASE WHEN a.tenant_id IS NULL THEN 'shared' ELSE 'own' END
                                  AND g.holder = tag_holder(a.kind, a.hostname, a.name)) AS tags) c
     WHERE (a.tenant_id IS NULL OR a.tenant_id = $1)
       AND (a.ended_at IS NULL OR (a.state = 'lost' AND a.ended_at > now() - interval '1 hour'))
  ),
  page AS (
    SELECT s.*, count(*) OVER ()::int AS total FROM seen s
     ORDER BY cardinality(missing) + cardinality(clashing), state = 'lost', state = 'draining', id DESC LIMIT $4
  )
  SELECT p.*, coalesce(h.running, 0) AS running
    FROM page p LEFT JOIN runs_held_by(ARRAY(SELECT id FROM page)) h ON h.agent_id = p.id
   ORDER BY cardinality(missing) + cardinality(clashing), state = 'lost', state = 'draining', id DESC`,
);

import type { CompiledSearch } from '../../database/row-search.js';
import { statement, type Statement } from '../../database/statement.js';

/**
 * The agents that a search finds, living workers and inventory agents, in its order, and how many there are in all. $1 tenant, $2 offset, $3 rows or null; the
 * values of the search follow. One row with a null id when the page is empty.
 * Indexes: agents_alive, primary keys of inventory_agents (tenant_id, id) and agent_tags.
 */
export function searchAgents({ where, orderBy }: CompiledSearch): Statement {
  const order = [...orderBy, { sql: 'a.number', direction: 'ASC' }].map(({ sql, direction }) => `${sql} ${direction}`);
  return statement(
    'agents-search',
    `WITH present AS (
       SELECT w.id, w.number, w.kind, w.name, w.hostname, '{}'::jsonb AS attributes, w.registered_at, w.last_heartbeat_at AS last_heard_at,
              CASE WHEN w.tenant_id IS NULL THEN 'shared' ELSE 'own' END AS scope, tag_holder(w.kind, w.hostname, w.name) AS holder
         FROM agents w WHERE w.ended_at IS NULL AND (w.tenant_id IS NULL OR w.tenant_id = $1)
       UNION ALL
       SELECT i.id, i.number, 'inventory', i.hostname, i.hostname, i.attributes, i.registered_at, i.last_heard_at, 'inventory', i.id::text
         FROM inventory_agents i WHERE i.tenant_id = $1
     ),
     found AS MATERIALIZED (SELECT a.*, row_number() OVER (ORDER BY ${order.join(', ')}) AS place FROM present a WHERE ${where})
     SELECT (SELECT count(*)::integer FROM found) AS total, f.place, f.id, f.number, f.kind, f.name, f.hostname, f.attributes,
            f.registered_at AS "registeredAt", f.last_heard_at AS "lastHeardAt"
       FROM (SELECT 1) one LEFT JOIN (SELECT * FROM found ORDER BY place OFFSET $2::bigint LIMIT $3::bigint) f ON true
      ORDER BY f.place`,
  );
}

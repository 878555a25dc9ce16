import { statement } from '../../database/statement.js';

/**
 * Agents that are there: workers that have not ended and inventory agents, by id. $1 tenant, $2 id or null: all.
 * Indexes: primary key of agents, agents_alive, primary key of inventory_agents (tenant_id, id).
 */
export const AGENTS_PRESENT = statement(
  'agents-present',
  `SELECT a.id, a.kind, a.hostname, a.port, a.slots, NULL::jsonb AS attributes, a.last_heartbeat_at AS "lastHeardAt"
     FROM agents a WHERE a.ended_at IS NULL AND (a.tenant_id IS NULL OR a.tenant_id = $1) AND ($2::uuid IS NULL OR a.id = $2)
   UNION ALL
   SELECT i.id, 'inventory', i.hostname, i.port, 0, i.attributes, i.last_heard_at
     FROM inventory_agents i WHERE i.tenant_id = $1 AND ($2::uuid IS NULL OR i.id = $2)
   ORDER BY id`,
);

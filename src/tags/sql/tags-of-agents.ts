import { statement } from '../../database/statement.js';

/**
 * Names of the tenant's tags that were attached to agents, sorted, by agent. Values: tenant, agent ids.
 * Indexes: primary keys of agents, inventory_agents, agent_tags (scope, holder, tag_id), tags.
 */
export const TAGS_OF_AGENTS = statement(
  'tags-of-agents',
  `SELECT h.id AS "agentId", array_agg(t.name ORDER BY t.name COLLATE "C") AS names
     FROM tag_holders($1) h
     JOIN agent_tags g ON g.scope = h.scope AND g.holder = h.holder AND g.tenant_id = $1
     JOIN tags t ON t.id = g.tag_id
    WHERE h.id = ANY ($2::uuid[])
    GROUP BY h.id`,
);

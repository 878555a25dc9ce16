import { statement } from '../../database/statement.js';

/**
 * What the tags of agents are attached to. Values: tenant, agent ids. Agents that the tenant cannot see have no row.
 * Indexes: primary key of agents (id), primary key of inventory_agents (tenant_id, id).
 */
export const FIND_HOLDERS = statement(
  'tag-holders-find',
  `SELECT id, name, scope, holder, has_ended AS "hasEnded" FROM tag_holders($1) WHERE id = ANY ($2::uuid[])`,
);

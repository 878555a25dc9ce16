import { statement } from '../../database/statement.js';

/**
 * What every tenant attached to one worker: for placement, so it asks for all tenants. $1 agent.
 * Indexes: primary keys of agents, agent_tags (scope, holder, tag_id), tags.
 */
export const ATTACHED_FOR_WORKER = statement(
  'tags-attached-for-worker',
  `SELECT g.tenant_id AS "tenantId", t.name
     FROM agents a
     JOIN agent_tags g ON g.scope = CASE WHEN a.tenant_id IS NULL THEN 'shared' ELSE 'own' END
      AND g.holder = tag_holder(a.kind, a.hostname, a.name) AND (a.tenant_id IS NULL OR a.tenant_id = g.tenant_id)
     JOIN tags t ON t.id = g.tag_id
    WHERE a.id = $1`,
);

import { statement } from '../../database/statement.js';

/** Takes all tags off an inventory agent. Values: tenant, its id. Index: primary key (scope, holder, tag_id). */
export const DROP_INVENTORY_TAGS = statement(
  'agent-tags-drop',
  `DELETE FROM agent_tags WHERE tenant_id = $1 AND scope = 'inventory' AND holder = $2::uuid::text`,
);

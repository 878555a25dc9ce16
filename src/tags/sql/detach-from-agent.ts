import { statement } from '../../database/statement.js';

/** Takes a tag off an agent; no row: it did not carry it. Values: tenant, scope, holder, tag. Index: primary key (scope, holder, tag_id). */
export const DETACH_FROM_AGENT = statement(
  'agent-tag-detach',
  `DELETE FROM agent_tags WHERE tenant_id = $1 AND scope = $2 AND holder = $3 AND tag_id = $4 RETURNING tag_id`,
);

import { statement } from '../../database/statement.js';

/** Attaches a tag to an agent; no row: it carries it already. Values: tenant, scope, holder, tag. Index: primary key (scope, holder, tag_id). */
export const ATTACH_TO_AGENT = statement(
  'agent-tag-attach',
  `INSERT INTO agent_tags (tenant_id, scope, holder, tag_id) VALUES ($1, $2, $3, $4)
   ON CONFLICT (scope, holder, tag_id) DO NOTHING RETURNING tag_id`,
);

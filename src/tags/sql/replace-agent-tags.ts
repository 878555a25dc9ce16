import { statement } from '../../database/statement.js';

/** Makes the tags of an agent exactly those given. Values: tenant, scope, holder, tag ids. Index: primary key (scope, holder, tag_id). */
export const REPLACE_AGENT_TAGS = statement(
  'agent-tags-replace',
  `WITH gone AS (
     DELETE FROM agent_tags WHERE tenant_id = $1 AND scope = $2 AND holder = $3 AND tag_id <> ALL ($4::uuid[])
   )
   INSERT INTO agent_tags (tenant_id, scope, holder, tag_id) SELECT $1, $2, $3, unnest($4::uuid[])
   ON CONFLICT (scope, holder, tag_id) DO NOTHING`,
);

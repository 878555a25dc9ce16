import { statement } from '../../database/statement.js';

/**
 * Makes the agents that carry a tag exactly those given. Values: tenant, tag, scopes, holders.
 * Indexes: agent_tags_by_tag, primary key (scope, holder, tag_id).
 */
export const REPLACE_HOLDERS = statement(
  'tag-holders-replace',
  `WITH wanted AS MATERIALIZED (SELECT DISTINCT scope, holder FROM unnest($3::text[], $4::text[]) AS w (scope, holder)),
   gone AS (
     DELETE FROM agent_tags g WHERE g.tag_id = $2
        AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.scope = g.scope AND w.holder = g.holder)
   )
   INSERT INTO agent_tags (tenant_id, scope, holder, tag_id) SELECT $1, scope, holder, $2 FROM wanted
   ON CONFLICT (scope, holder, tag_id) DO NOTHING`,
);

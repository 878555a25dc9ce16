import { statement } from '../../database/statement.js';

/** What a tag is attached to, also agents that are not there now. Values: tag. Index: agent_tags_by_tag. */
export const HOLDERS_OF_TAG = statement(
  'tag-holders-of-tag',
  `SELECT scope, holder FROM agent_tags WHERE tag_id = $1 ORDER BY scope, holder`,
);

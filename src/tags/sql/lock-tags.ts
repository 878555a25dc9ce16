import { statement } from '../../database/statement.js';

/**
 * The ids of the named tags, held against deletion until the transaction ends. COLLATE "C" sorts like JavaScript does for the
 * lock order. Values: tenant, names. Index: unique (tenant_id, name).
 */
export const LOCK_TAGS = statement(
  'tags-lock',
  `SELECT id FROM tags WHERE tenant_id = $1 AND name = ANY ($2::text[]) ORDER BY name COLLATE "C" FOR KEY SHARE`,
);

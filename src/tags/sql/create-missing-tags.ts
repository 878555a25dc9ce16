import { statement } from '../../database/statement.js';

/**
 * Creates those of the named tags that are missing, in the order given: every caller gives the same order, so that two
 * transactions that create the same new tags wait for each other instead of deadlocking.
 * Values: tenant, ids, names. Index: unique (tenant_id, name).
 */
export const CREATE_MISSING_TAGS = statement(
  'tags-create-missing',
  `INSERT INTO tags (id, tenant_id, name)
   SELECT id, $1, name FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS wanted (id, name, place) ORDER BY place
   ON CONFLICT (tenant_id, name) DO NOTHING`,
);

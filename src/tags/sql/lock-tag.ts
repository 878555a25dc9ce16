import { statement } from '../../database/statement.js';

/** The tag of that name or number, locked against every other change. Values: tenant, name or null, number or null. Indexes: unique (tenant_id, name), unique (number). */
export const LOCK_TAG = statement(
  'tag-lock-for-change',
  `SELECT id, number, name, description FROM tags WHERE tenant_id = $1 AND (name = $2::text OR number = $3::bigint) FOR UPDATE`,
);

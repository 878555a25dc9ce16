import { statement } from '../../database/statement.js';

/** $1 id, $2 tenant or null, $3 name, $4 digest, $5 hint, $6 made by, $7 seconds until it expires. No index: an insert. */
export const INSERT_JOIN_TOKEN = statement(
  'auth-insert-join-token',
  `INSERT INTO agent_join_tokens (id, tenant_id, name, token_hash, hint, created_by, expires_at)
   VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 second')`,
);

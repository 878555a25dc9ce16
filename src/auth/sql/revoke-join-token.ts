import { statement } from '../../database/statement.js';

/** Revokes a join token unless it is already. $1 id. Index: primary key. */
export const REVOKE_JOIN_TOKEN = statement(
  'auth-revoke-join-token',
  `UPDATE agent_join_tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING id`,
);

import { statement } from '../../database/statement.js';

/** Revokes a token of a tenant unless it is already. $1 tenant, $2 id. Index: primary key. */
export const REVOKE_TOKEN = statement(
  'auth-revoke-token',
  `UPDATE api_tokens SET revoked_at = now() WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id, name`,
);

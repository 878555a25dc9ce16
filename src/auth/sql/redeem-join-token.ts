import { statement } from '../../database/statement.js';

/**
 * Spends a join token, or again by the same agent within ten minutes. $1 id, $2 digest of the agent's instance key, $3 id of the credential if
 * it is the first time. No row: it is spent, expired or revoked. Index: primary key.
 */
export const REDEEM_JOIN_TOKEN = statement(
  'auth-redeem-join-token',
  `UPDATE agent_join_tokens
      SET used_at = coalesce(used_at, now()), instance_hash = $2, credential_id = coalesce(credential_id, $3)
    WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()
      AND (used_at IS NULL OR (instance_hash = $2 AND used_at > now() - interval '10 minutes'))
   RETURNING credential_id AS id, tenant_id AS "tenantId", name`,
);

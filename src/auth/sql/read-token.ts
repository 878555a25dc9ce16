import { statement } from '../../database/statement.js';

/**
 * A token that is neither revoked nor expired, with its tenant, and what its creator may do there now: null when they have left,
 * 'admin' for a system administrator and for tokens without a creator. $1 digest. Index: unique (token_hash), primary keys.
 */
export const READ_TOKEN = statement(
  'auth-read-token',
  `SELECT k.id, k.name, k.role, k.tenant_id AS "tenantId", t.name AS "tenantName",
          CASE WHEN k.creator_id IS NULL OR u.is_system_admin THEN 'admin' ELSE m.role END AS "creatorRole",
          coalesce(k.last_used_at < now() - interval '1 minute', true) AS "isUseStale"
   FROM api_tokens k
   JOIN tenants t ON t.id = k.tenant_id
   LEFT JOIN users u ON u.id = k.creator_id
   LEFT JOIN memberships m ON m.tenant_id = k.tenant_id AND m.user_id = k.creator_id
   WHERE k.token_hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND u.disabled_at IS NULL`,
);

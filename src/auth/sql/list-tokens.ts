import { statement } from '../../database/statement.js';

/**
 * A page of the tokens of a tenant, newest first. $1 tenant; $2 only this one; $3 after this id; $4 rows. Null: no such filter.
 * Index: api_tokens_listed, or the primary key for one.
 */
export const LIST_TOKENS = statement(
  'auth-list-tokens',
  `SELECT id, name, role, hint, created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt",
          last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"
   FROM api_tokens
   WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id = $2) AND ($3::uuid IS NULL OR id < $3)
   ORDER BY id DESC LIMIT $4`,
);

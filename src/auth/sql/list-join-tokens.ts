import { statement } from '../../database/statement.js';

/**
 * A page of the join tokens of a tenant, newest first. $1 tenant; $2 whether those for shared agents too; $3 only this one; $4 after this id;
 * $5 rows. Null: no such filter. Index: agent_join_tokens_listed, or the primary key.
 */
export const LIST_JOIN_TOKENS = statement(
  'auth-list-join-tokens',
  `SELECT id, name, hint, tenant_id IS NULL AS "isShared", created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt",
          used_at AS "usedAt", revoked_at AS "revokedAt"
     FROM agent_join_tokens
    WHERE (tenant_id = $1 OR ($2 AND tenant_id IS NULL)) AND ($3::uuid IS NULL OR id = $3) AND ($4::uuid IS NULL OR id < $4)
    ORDER BY id DESC LIMIT $5`,
);

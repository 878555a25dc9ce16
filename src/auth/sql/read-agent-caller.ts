import { statement } from '../../database/statement.js';

/**
 * The agent that a token belongs to: a credential that is not revoked, or a join token that is neither revoked nor expired and not spent
 * for longer than ten minutes. $1 digest. Indexes: unique (token_hash) of both tables.
 */
export const READ_AGENT_CALLER = statement(
  'auth-read-agent-caller',
  `SELECT x.kind, x.id, x.name, x.tenant_id AS "tenantId", t.name AS "tenantName"
     FROM (SELECT 'credential' AS kind, id, name, tenant_id FROM agent_credentials WHERE token_hash = $1 AND revoked_at IS NULL
           UNION ALL
           SELECT 'join', id, name, tenant_id FROM agent_join_tokens
            WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > now() AND (used_at IS NULL OR used_at > now() - interval '10 minutes')) x
     LEFT JOIN tenants t ON t.id = x.tenant_id`,
);

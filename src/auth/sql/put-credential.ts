import { statement } from '../../database/statement.js';

/**
 * Stores an agent's credential, or a new secret for it. $1 id, $2 tenant or null, $3 name, $4 digest, $5 made by. A revoked one stays
 * revoked. Index: primary key.
 */
export const PUT_CREDENTIAL = statement(
  'auth-put-credential',
  `INSERT INTO agent_credentials (id, tenant_id, name, token_hash, created_by) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, name = excluded.name`,
);

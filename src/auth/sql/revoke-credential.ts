import { statement } from '../../database/statement.js';

/** Ends the credential of an agent. $1 id. Index: primary key. */
export const REVOKE_CREDENTIAL = statement(
  'auth-revoke-credential',
  `UPDATE agent_credentials SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL`,
);

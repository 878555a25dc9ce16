import { statement } from '../../database/statement.js';

/** Whose an agent is, of either kind. $1 id. Index: primary key. */
export const READ_AGENT_OWNER = statement(
  'agent-read-owner',
  `SELECT id, name, tenant_id AS "tenantId", credential_id AS "credentialId" FROM agents WHERE id = $1`,
);

import { statement } from '../../database/statement.js';

/** An agent on another machine, whoever it belongs to. $1 id. Index: primary key. */
export const READ_SEAT = statement(
  'agent-read-seat',
  `SELECT id, tenant_id AS "tenantId", credential_id AS "credentialId", name, slots, tags, state, lease_ms AS "leaseMs"
     FROM agents WHERE id = $1 AND kind = 'remote'`,
);

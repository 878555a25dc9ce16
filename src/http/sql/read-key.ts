import { statement } from '../../database/statement.js';

/** What is remembered under a key. Values: tenant, key. Index: primary key (tenant_id, key). */
export const READ_KEY = statement(
  'idempotency-read',
  `SELECT operation, fingerprint, status, headers, body FROM idempotency_keys WHERE tenant_id = $1 AND key = $2`,
);

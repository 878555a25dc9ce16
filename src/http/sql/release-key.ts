import { statement } from '../../database/statement.js';

/** Gives a key back after a failure, if the claim still holds. Values: tenant, key, token. Index: primary key (tenant_id, key). */
export const RELEASE_KEY = statement(
  'idempotency-release',
  `DELETE FROM idempotency_keys WHERE tenant_id = $1 AND key = $2 AND created_at = $3::timestamptz AND status IS NULL`,
);

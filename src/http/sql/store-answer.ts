import { statement } from '../../database/statement.js';

/** Remembers the answer, if the claim still holds. Values: tenant, key, token, status, headers, body. Index: primary key (tenant_id, key). */
export const STORE_ANSWER = statement(
  'idempotency-store',
  `UPDATE idempotency_keys SET status = $4, headers = $5::jsonb, body = $6::jsonb
   WHERE tenant_id = $1 AND key = $2 AND created_at = $3::timestamptz AND status IS NULL`,
);

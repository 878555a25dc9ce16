import { statement } from '../../database/statement.js';

/** Deletes at most $2 keys older than $1 hours; rows that another process deletes are passed over. Index: idempotency_keys_old. */
export const DELETE_OLD_KEYS = statement(
  'idempotency-delete-old',
  `DELETE FROM idempotency_keys WHERE (tenant_id, key) IN (
     SELECT tenant_id, key FROM idempotency_keys
     WHERE created_at < clock_timestamp() - $1::integer * interval '1 hour'
     ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
   RETURNING 1`,
);

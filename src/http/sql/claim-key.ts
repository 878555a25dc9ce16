import { statement } from '../../database/statement.js';

/**
 * Takes an idempotency key for one request, in one statement, so that of many equal requests one runs. A key whose request
 * crashed (no answer after $5 seconds) or that is older than $6 hours is taken over. The returned `token` marks this claim:
 * a holder that comes back after it was taken over must not write.
 * Values: tenant, key, operation, fingerprint, crash seconds, hours kept. Index: primary key (tenant_id, key).
 */
export const CLAIM_KEY = statement(
  'idempotency-claim',
  `INSERT INTO idempotency_keys AS k (tenant_id, key, operation, fingerprint, created_at)
   VALUES ($1, $2, $3, $4, clock_timestamp())
   ON CONFLICT (tenant_id, key) DO UPDATE
     SET operation = EXCLUDED.operation, fingerprint = EXCLUDED.fingerprint,
         status = NULL, headers = NULL, body = NULL, created_at = EXCLUDED.created_at
     WHERE (k.status IS NULL AND k.created_at < clock_timestamp() - $5::integer * interval '1 second')
        OR k.created_at < clock_timestamp() - $6::integer * interval '1 hour'
   RETURNING created_at::text AS token`,
);

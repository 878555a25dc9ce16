import { statement } from '../../database/statement.js';

/**
 * Removes entries that are too old, oldest first. $1 days for tenants that say nothing (0: for ever), $2 at most.
 * Index: audit_log_by_time (tenant_id, at, id), audit_log_pkey.
 */
export const PRUNE_ENTRIES = statement(
  'audit-log-prune',
  `WITH doomed AS MATERIALIZED (
    SELECT x.id
      FROM (SELECT id, coalesce(audit_log_days, $1) AS days FROM tenants) t CROSS JOIN LATERAL (
        SELECT a.id FROM audit_log a
         WHERE a.tenant_id = t.id AND a.at < now() - t.days * interval '1 day'
         ORDER BY a.at, a.id
         LIMIT $2
           FOR UPDATE SKIP LOCKED) x
     WHERE t.days > 0
     LIMIT $2
  ),
  removed AS (
    DELETE FROM audit_log WHERE id = ANY (ARRAY(SELECT id FROM doomed)) RETURNING id
  )
  SELECT count(*)::int AS removed FROM removed`,
);

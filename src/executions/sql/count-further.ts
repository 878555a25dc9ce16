import { statement } from '../../database/statement.js';

/**
 * Counts the executions with a number above $1 and up to $2, and moves the mark there. The caller holds the mark and knows that no such execution can come any more.
 * Indexes: tenants_pkey, executions_by_number (tenant_id, number) INCLUDE (job_id), execution_counts_pkey.
 */
export const countFurther = statement(
  'count_further',
  `WITH found AS (
    SELECT t.id AS tenant_id, x.job_id, x.total
      FROM tenants t CROSS JOIN LATERAL (
        SELECT e.job_id, count(*) AS total FROM executions e
         WHERE e.tenant_id = t.id AND e.number > $1::bigint AND e.number <= $2::bigint
         GROUP BY e.job_id) x
  ),
  kept AS (
    INSERT INTO execution_counts AS c (tenant_id, job_id, total) SELECT tenant_id, job_id, total FROM found ORDER BY 1, 2
        ON CONFLICT (tenant_id, job_id) DO UPDATE SET total = c.total + EXCLUDED.total
    RETURNING 1
  )
  UPDATE counting_mark SET counted_through = $2 RETURNING (SELECT count(*)::int FROM kept) AS jobs`,
);

import { statement } from '../../database/statement.js';

/**
 * Writes an entry of the same event for each of many things. $1 tenant, $2 event, $3 actor, $4 request id, $5 type of the things; per entry: $6 job or
 * null, $7 id, $8 after or null. No index: an insert.
 */
export const INSERT_ENTRIES = statement(
  'audit-log-insert-many',
  `INSERT INTO audit_log (tenant_id, event, actor, request_id, job_id, subject_type, subject_id, after)
   SELECT $1, $2, $3, $4, u.job_id, $5, u.id, u.after FROM unnest($6::uuid[], $7::text[], $8::jsonb[]) AS u(job_id, id, after)`,
);

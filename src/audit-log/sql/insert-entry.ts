import { statement } from '../../database/statement.js';

/** Writes one entry. Values in the order of the columns. No index: an insert. */
export const INSERT_ENTRY = statement(
  'audit-log-insert',
  `INSERT INTO audit_log (tenant_id, event, actor, request_id, job_id, subject_type, subject_id, subject_name, before, after)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb)`,
);

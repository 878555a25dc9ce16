import { statement } from '../../database/statement.js';

/** Writes several entries in the order given. An array for each column, in the order of the columns. No index: an insert. */
export const INSERT_ENTRIES = statement(
  'audit-log-insert-several',
  `INSERT INTO audit_log (tenant_id, event, actor, request_id, job_id, subject_type, subject_id, subject_name, before, after)
   SELECT e.tenant_id, e.event, e.actor, e.request_id, e.job_id, e.subject_type, e.subject_id, e.subject_name, e.before::jsonb, e.after::jsonb
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
            WITH ORDINALITY
            AS e(tenant_id, event, actor, request_id, job_id, subject_type, subject_id, subject_name, before, after, place)
    ORDER BY e.place`,
);

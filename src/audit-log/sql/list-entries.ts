import { statement } from '../../database/statement.js';

/**
 * A page of entries, newest first. $1 tenant; $2, $3 from and to (to exclusive); $4 event, or `thing.*` given as its prefix
 * with the dot in $5; $6 actor; $7 job; $8, $9 time and id of the last entry of the page before; $10 rows. Null: no such filter.
 * Instants leave as text with microseconds, for the cursor. Index: audit_log_by_time, or audit_log_by_job with a job.
 */
export const LIST_ENTRIES = statement(
  'audit-log-list',
  `SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, event, actor, request_id AS "requestId", job_id AS "jobId",
          subject_type AS "subjectType", subject_id AS "subjectId", subject_name AS "subjectName", before, after
   FROM audit_log
   WHERE tenant_id = $1
     AND ($2::timestamptz IS NULL OR at >= $2)
     AND ($3::timestamptz IS NULL OR at < $3)
     AND ($4::text IS NULL OR event = $4)
     AND ($5::text IS NULL OR starts_with(event, $5))
     AND ($6::text IS NULL OR actor = $6)
     AND ($7::uuid IS NULL OR job_id = $7)
     AND ($8::timestamptz IS NULL OR (at, id) < ($8, $9::bigint))
   ORDER BY at DESC, id DESC LIMIT $10`,
);

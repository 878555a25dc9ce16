import { statement } from '../../database/statement.js';
import { ANNOTATED_ROW } from './annotated-row.js';

/**
 * A slice far behind the beginning, in the order of their making, with the total. The rows are counted by spans of time in an index, and those before the slice's span are not
 * looked at again. $1 tenant, $2 key of the annotations, $3 ids of the jobs, $4 seconds of a span, $5 rows to leave out, $6 rows. Rows as those of `fewAnnotated`. Indexes:
 * executions_by_job, executions_by_time, executions_pkey, live_runs_pkey, jobs_pkey.
 */
export const deepAnnotated = statement(
  'deep_annotated',
  `WITH spans AS MATERIALIZED (
     SELECT ${spanOf('e.scheduled_for')} AS span, count(*) AS n FROM executions e WHERE e.tenant_id = $1 AND e.job_id = ANY ($3::uuid[]) GROUP BY 1
   ),
   reached AS MATERIALIZED (
     SELECT s.span, s.before FROM (SELECT span, n, sum(n) OVER (ORDER BY span) - n AS before FROM spans) s WHERE s.before <= $5::bigint AND $5::bigint < s.before + s.n
   ),
   cut AS MATERIALIZED (
     SELECT f.id, row_number() OVER () AS place
       FROM (SELECT e.id FROM executions e
              WHERE e.tenant_id = $1 AND e.job_id = ANY ($3::uuid[]) AND e.scheduled_for >= (SELECT to_timestamp((span - 1) * $4::float8) FROM reached)
                AND ${spanOf('e.scheduled_for')} >= (SELECT span FROM reached)
              ORDER BY e.scheduled_for, e.id OFFSET $5::bigint - (SELECT before FROM reached)::bigint LIMIT $6) f
   )
   SELECT (SELECT sum(n) FROM spans)::int AS total, r.*
     FROM (SELECT) one LEFT JOIN (SELECT p.place, ${ANNOTATED_ROW.columns} FROM cut p ${ANNOTATED_ROW.joins}) r ON true
    ORDER BY r.place`,
);

/** Grows with the instant. */
function spanOf(instant: string): string {
  return `(date_part('epoch', ${instant}) / $4::float8)::bigint`;
}

import { statement } from '../../database/statement.js';
import { DATE_TRIGGER_AT } from './date-trigger-at.js';
import { DATE_TRIGGER_IS_DONE } from './date-trigger-is-done.js';

/**
 * Jobs that carry an annotation, oldest first, with a summary of their date triggers: how many, how many are pending, the first of them.
 * $1 tenant, $2 key of the annotation, $3 job or null, $4 false: only those with a pending date trigger, $5 rows. Planned anew for its values.
 * Indexes: jobs_annotated (tenant_id, id), triggers_by_job.
 */
export const listAnnotatedJobs = statement(
  'list_annotated_jobs',
  `SELECT j.id, j.name, j.created_at AS "createdAt", count(d.id)::int AS "dateTriggers", (count(*) FILTER (WHERE NOT d.done))::int AS pending,
          (array_agg(d.at ORDER BY d.at, d.id))[1] AS "firstAt", (array_agg(d.time_zone ORDER BY d.at, d.id))[1] AS "firstTimeZone"
     FROM jobs j
     LEFT JOIN LATERAL (SELECT t.id, t.time_zone, ${DATE_TRIGGER_AT} AS at, ${DATE_TRIGGER_IS_DONE} AS done
                          FROM triggers t WHERE t.job_id = j.id AND t.deleted_at IS NULL AND t.kind = 'date') d ON true
    WHERE j.tenant_id = $1 AND j.deleted_at IS NULL AND j.annotations <> '{}' AND j.annotations ? $2 AND ($3::uuid IS NULL OR j.id = $3)
    GROUP BY j.id
   HAVING $4 OR count(*) FILTER (WHERE NOT d.done) > 0
    ORDER BY j.id LIMIT $5`,
);

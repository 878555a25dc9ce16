import { statement } from '../../database/statement.js';
import { DATE_TRIGGER_AT } from './date-trigger-at.js';
import { DATE_TRIGGER_IS_DONE } from './date-trigger-is-done.js';

/**
 * Date triggers of annotated jobs, soonest first. $1 tenant, $2 key of the annotation, $3 job or null, $4 trigger or null, $5 whether also
 * those that are done, $6 rows. Planned anew for its values.
 * Indexes: jobs_annotated (tenant_id, id), triggers_by_job; triggers_pkey for a single one.
 */
export const listDateTriggers = statement(
  'list_date_triggers',
  `SELECT t.id, t.job_id AS "jobId", t.name, ${DATE_TRIGGER_AT} AS at, t.time_zone AS "timeZone", ${DATE_TRIGGER_IS_DONE} AS "isDone"
     FROM jobs j JOIN triggers t ON t.job_id = j.id
    WHERE j.tenant_id = $1 AND j.deleted_at IS NULL AND j.annotations <> '{}' AND j.annotations ? $2
      AND t.deleted_at IS NULL AND t.kind = 'date'
      AND ($3::uuid IS NULL OR j.id = $3) AND ($4::uuid IS NULL OR t.id = $4) AND ($5 OR NOT ${DATE_TRIGGER_IS_DONE})
    ORDER BY 4, t.id LIMIT $6`,
);

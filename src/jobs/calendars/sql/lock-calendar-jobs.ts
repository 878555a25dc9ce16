import { statement } from '../../../database/statement.js';

/**
 * Keeps the jobs whose triggers use a calendar from being paused, resumed or edited while those triggers get their next instants;
 * firing goes on. $1 tenant, $2 name of the calendar, which is locked, so that no trigger can come to use it meanwhile.
 * Indexes: triggers_by_calendar, jobs_pkey.
 */
export const lockCalendarJobs = statement(
  'lock_calendar_jobs',
  `SELECT j.id FROM jobs j
    WHERE j.id IN (SELECT t.job_id FROM triggers t
                    WHERE t.tenant_id = $1 AND t.deleted_at IS NULL AND (t.exclude_calendars @> ARRAY[$2::text] OR t.only_calendars @> ARRAY[$2::text])
                      AND (t.exclude_calendars <> '{}' OR t.only_calendars <> '{}'))
    ORDER BY j.id FOR SHARE`,
);

import { statement } from '../../../database/statement.js';

/** The first triggers that use a calendar, for a message. $1 tenant, $2 name of the calendar, $3 rows. Indexes: triggers_by_calendar, jobs_pkey. */
export const nameCalendarUsers = statement(
  'name_calendar_users',
  `SELECT t.id, t.name, j.name AS "jobName", count(*) OVER ()::int AS users
     FROM triggers t JOIN jobs j ON j.id = t.job_id
    WHERE t.tenant_id = $1 AND t.deleted_at IS NULL AND (t.exclude_calendars @> ARRAY[$2::text] OR t.only_calendars @> ARRAY[$2::text])
      AND (t.exclude_calendars <> '{}' OR t.only_calendars <> '{}')
    ORDER BY t.id LIMIT $3`,
);

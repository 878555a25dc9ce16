import { statement } from '../../../database/statement.js';

/**
 * A page of the triggers that use a calendar, with their jobs' pauses, locked. $1 tenant, $2 name of the calendar, $3 last id of the page before,
 * $4 rows. Indexes: triggers_by_calendar, jobs_pkey.
 */
export const calendarUsers = statement(
  'calendar_users',
  `SELECT t.id, t.kind, t.spec, t.time_zone AS "timeZone", t.start_at AS "startAt", t.end_at AS "endAt", t.dst_gap AS "dstGap",
          t.dst_overlap AS "dstOverlap", t.exclude_calendars AS "excludeCalendars", t.only_calendars AS "onlyCalendars",
          t.max_runs AS "maxRuns", t.run_count AS "runCount", t.next_fire_at AS "nextFireAt",
          t.paused OR j.paused AS paused
     FROM triggers t JOIN jobs j ON j.id = t.job_id
    WHERE t.tenant_id = $1 AND t.deleted_at IS NULL AND (t.exclude_calendars @> ARRAY[$2::text] OR t.only_calendars @> ARRAY[$2::text])
      AND (t.exclude_calendars <> '{}' OR t.only_calendars <> '{}') AND t.id > $3::uuid
    ORDER BY t.id LIMIT $4
      FOR UPDATE OF t`,
);

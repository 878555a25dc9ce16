import { statement } from '../../../database/statement.js';

/**
 * Gives triggers other instants and a new version: a replica that has planned with their old calendars must not fire them. $1 ids,
 * $2 instants or nulls, $3 former and $4 present name of the calendar. Index: triggers_pkey.
 */
export const rearmTriggers = statement(
  'rearm_triggers',
  `UPDATE triggers t SET next_fire_at = n.at, version = t.version + 1, updated_at = now(),
          exclude_calendars = array_replace(t.exclude_calendars, $3, $4), only_calendars = array_replace(t.only_calendars, $3, $4)
     FROM unnest($1::uuid[], $2::timestamptz[]) AS n(id, at) WHERE t.id = n.id`,
);

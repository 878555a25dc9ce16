import { statement } from '../../../database/statement.js';

/**
 * The calendars of these names, locked so that none is changed or deleted before the trigger that names it is stored. $1 tenant,
 * $2 names. Before jobs and triggers in the order of locks. Index: calendars_tenant_id_name_key.
 */
export const shareCalendars = statement(
  'share_calendars',
  `SELECT c.id, c.tenant_id AS "tenantId", c.name, c.time_zone AS "timeZone", c.entries, c.version
     FROM calendars c WHERE c.tenant_id = $1 AND c.name = ANY ($2::text[])
    ORDER BY c.id FOR SHARE`,
);

import { statement } from '../../../database/statement.js';

/** A page of calendars by name. $1 tenant, $2 last name of the page before or null, $3 rows. Index: calendars_tenant_id_name_key. */
export const listCalendars = statement(
  'list_calendars',
  `SELECT c.id, c.name, c.description, c.time_zone AS "timeZone", c.entries, c.version, c.created_by AS "createdBy",
          c.created_at AS "createdAt", c.updated_at AS "updatedAt"
     FROM calendars c
    WHERE c.tenant_id = $1 AND ($2::text IS NULL OR c.name > $2)
    ORDER BY c.name LIMIT $3`,
);

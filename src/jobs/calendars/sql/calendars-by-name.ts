import { statement } from '../../../database/statement.js';

/** The calendars that triggers name. $1 tenants and $2 names, pairwise. Index: calendars_tenant_id_name_key. */
export const calendarsByName = statement(
  'calendars_by_name',
  `SELECT c.id, c.tenant_id AS "tenantId", c.name, c.time_zone AS "timeZone", c.entries, c.version
     FROM calendars c JOIN unnest($1::uuid[], $2::text[]) AS w(tenant_id, name) ON w.tenant_id = c.tenant_id AND w.name = c.name`,
);

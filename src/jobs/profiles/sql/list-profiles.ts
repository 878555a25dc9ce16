import { statement } from '../../../database/statement.js';

/** A page of profiles by name. $1 tenant, $2 last name of the page before or null, $3 rows. Index: profiles_tenant_id_name_key. */
export const listProfiles = statement(
  'list_profiles',
  `SELECT p.id, p.number, p.name, p.description, p.contents, p.annotations, p.version, p.created_by AS "createdBy",
          p.created_at AS "createdAt", p.updated_at AS "updatedAt"
     FROM profiles p
    WHERE p.tenant_id = $1 AND ($2::text IS NULL OR p.name > $2)
    ORDER BY p.name LIMIT $3`,
);

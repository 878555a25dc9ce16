import { statement } from '../../database/statement.js';

/**
 * Groups whose attributes hold a key, with how many there are in all on each row. $1 tenant, $2 key, $3 objects of which the value of the key contains one,
 * or null, $4 names or null, $9 a pattern (ILIKE) that the name or the member $10 of the value matches, or null, $5 to be ordered by name, else by when they were made, $6 whether the order falls, $7 rows to leave out, $8 rows.
 * Planned anew for its values. Index: job_groups_tenant_id_name_key.
 */
export const listAttributedGroups = statement(
  'list_attributed_groups',
  `SELECT g.id, g.name, g.attributes, g.created_by AS "createdBy", g.created_at AS "createdAt", g.updated_at AS "updatedAt", count(*) OVER ()::int AS total
     FROM job_groups g
    WHERE g.tenant_id = $1 AND g.attributes ? $2
      AND ($3::jsonb[] IS NULL OR g.attributes -> $2 @> ANY ($3)) AND ($4::text[] IS NULL OR g.name = ANY ($4))
      AND ($9::text IS NULL OR g.name ILIKE $9 OR g.attributes -> $2 ->> $10::text ILIKE $9)
    ORDER BY CASE WHEN $5::boolean AND $6::boolean THEN g.name END DESC, CASE WHEN $5::boolean AND NOT $6::boolean THEN g.name END,
             CASE WHEN NOT $5::boolean AND $6::boolean THEN g.created_at END DESC, CASE WHEN NOT $5::boolean AND NOT $6::boolean THEN g.created_at END, g.id
   OFFSET $7 LIMIT $8`,
);

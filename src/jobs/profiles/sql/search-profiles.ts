import type { CompiledSearch } from '../../../database/row-search.js';
import { statement, type Statement } from '../../../database/statement.js';

/**
 * The profiles that a search finds, in its order, and how many there are in all. $1 tenant, $2 offset, $3 rows or null; the values of the search
 * follow. One row with a null id when the page is empty. Index: profiles_tenant_id_name_key.
 */
export function searchProfiles({ where, orderBy }: CompiledSearch): Statement {
  const order = [...orderBy, { sql: 'p.number', direction: 'ASC' }].map(({ sql, direction }) => `${sql} ${direction}`);
  return statement(
    'search_profiles',
    `WITH found AS MATERIALIZED (
       SELECT p.id, row_number() OVER (ORDER BY ${order.join(', ')}) AS place FROM profiles p WHERE p.tenant_id = $1 AND ${where}
     )
     SELECT (SELECT count(*)::integer FROM found) AS total, f.*
       FROM (SELECT 1) one LEFT JOIN (
         SELECT x.place, p.id, p.number, p.name, p.description, p.contents, p.annotations, p.version, p.created_by AS "createdBy",
                p.created_at AS "createdAt", p.updated_at AS "updatedAt"
           FROM found x JOIN profiles p ON p.id = x.id ORDER BY x.place OFFSET $2::bigint LIMIT $3::bigint) f ON true
      ORDER BY f.place`,
  );
}

import type { CompiledSearch } from '../../database/row-search.js';
import { statement, type Statement } from '../../database/statement.js';

/**
 * The ids of the jobs that a search finds, in its order, and how many there are in all. $1 tenant, $2 offset, $3 rows or null; the values of the search
 * follow. One row with a null id when the page is empty. Index: jobs_listed (tenant_id, id DESC) WHERE deleted_at IS NULL.
 */
export function searchJobs({ where, orderBy }: CompiledSearch): Statement {
  const order = [...orderBy, { sql: 'j.number', direction: 'ASC' }].map(({ sql, direction }) => `${sql} ${direction}`);
  return statement(
    'search_jobs',
    `WITH found AS MATERIALIZED (
       SELECT j.id, row_number() OVER (ORDER BY ${order.join(', ')}) AS place
         FROM jobs j WHERE j.tenant_id = $1 AND j.deleted_at IS NULL AND ${where}
     )
     SELECT (SELECT count(*)::integer FROM found) AS total, f.id
       FROM (SELECT 1) one LEFT JOIN (SELECT id, place FROM found ORDER BY place OFFSET $2::bigint LIMIT $3::bigint) f ON true
      ORDER BY f.place`,
  );
}

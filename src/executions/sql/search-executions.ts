import type { CompiledSearch } from '../../database/row-search.js';
import { statement, type Statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';
import { searchedExecutions } from './searched-executions.js';

/** Without conditions and sorted by number only, nothing but the index is walked. */
const isPlain = ({ where, orderBy }: CompiledSearch): boolean =>
  where === 'true' && orderBy.every(({ sql }) => sql === 'e.number');

/**
 * The executions that a search finds, but for those put away, with their sheets and how many there are in all. $1 tenant, $2 offset, $3 rows or null; the
 * values of the search follow. One row with a null id when the page is empty. Only what a condition or the order needs is joined before the
 * page is cut. Indexes: executions_by_number (tenant_id, number), run_sheets_dismissed, executions_by_time or a scan for conditions,
 * live_runs_pkey, run_sheets_pkey, jobs_pkey.
 */
export function searchExecutions(search: CompiledSearch): Statement {
  const order = [...search.orderBy, { sql: 'e.number', direction: 'ASC' }];
  const keys = order.map(({ sql }, i) => `${sql} AS k${i}`).join(', ');
  const by = order.map(({ direction }, i) => `k${i} ${direction}`).join(', ');
  const rows = searchedExecutions(search, `${keys}, e.number`);
  const cut = 'OFFSET $2::bigint LIMIT $3::bigint';
  // Both counts come from indexes alone, and every row that was put away is one of the tenant's.
  const page = isPlain(search)
    ? `found AS (${rows} ORDER BY ${by} ${cut}),
       hit AS (SELECT (SELECT count(*) FROM executions e WHERE e.tenant_id = $1)
                    - (SELECT count(*) FROM run_sheets d WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL) AS total)`
    : `every AS MATERIALIZED (${rows}),
       found AS (SELECT * FROM every ORDER BY ${by} ${cut}), hit AS (SELECT count(*) AS total FROM every)`;
  return statement(
    'search_executions',
    `WITH ${page},
     page AS MATERIALIZED (SELECT f.number, row_number() OVER (ORDER BY ${by}) AS place FROM found f)
     SELECT (SELECT total::integer FROM hit) AS total, x.*
       FROM (SELECT 1) one LEFT JOIN (
         SELECT page.place, ${EXECUTION_VIEW.columns}, j.number AS "jobNumber", s.run_at AS "launchedFor", s.details, s.result_number AS "resultNumber",
                coalesce(s.profile_number, 0) AS "profileNumber", coalesce(s.profile_name, '') AS "profileName",
                coalesce(s.device_number, 0) AS "deviceNumber", coalesce(s.device_name, '') AS "deviceName"
           FROM page JOIN executions e ON e.number = page.number AND e.tenant_id = $1 ${EXECUTION_VIEW.joins}
           LEFT JOIN run_sheets s ON s.execution_id = e.id) x ON true
      ORDER BY x.place`,
  );
}

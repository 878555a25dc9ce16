import type { CompiledSearch } from '../../database/row-search.js';
import { statement, type Statement } from '../../database/statement.js';
import { EXECUTION_VIEW } from './execution-view.js';

const JOINS: Readonly<Record<string, string>> = {
  job: 'JOIN jobs j ON j.id = e.job_id',
  live: 'LEFT JOIN live_runs l ON l.id = e.id',
  sheet: 'LEFT JOIN run_sheets s ON s.execution_id = e.id',
};
const DISMISSED = `EXISTS (SELECT 1 FROM run_sheets d WHERE d.tenant_id = $1 AND d.number = e.number AND d.dismissed_at IS NOT NULL)`;

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
  const joins = Object.keys(JOINS).filter((name) => search.joins.has(name));
  const order = [...search.orderBy, { sql: 'e.number', direction: 'ASC' }];
  const keys = order.map(({ sql }, i) => `${sql} AS k${i}`);
  const by = order.map(({ direction }, i) => `k${i} ${direction}`);
  const from = `FROM executions e ${joins.map((name) => JOINS[name]).join(' ')} WHERE e.tenant_id = $1 AND NOT ${DISMISSED}`;
  const hit = isPlain(search)
    ? `hit AS (SELECT count(*) AS total ${from}),
       page AS MATERIALIZED (
         SELECT e.number, row_number() OVER () AS place
           FROM (SELECT e.number ${from} ORDER BY ${order.map(({ sql, direction }) => `${sql} ${direction}`).join(', ')} OFFSET $2::bigint LIMIT $3::bigint) e)`
    : `found AS MATERIALIZED (SELECT ${keys.join(', ')}, e.number ${from} AND ${search.where}),
       hit AS (SELECT count(*) AS total FROM found),
       page AS MATERIALIZED (
         SELECT f.number, row_number() OVER () AS place
           FROM (SELECT f.number FROM found f ORDER BY ${by.join(', ')} OFFSET $2::bigint LIMIT $3::bigint) f)`;
  return statement(
    'search_executions',
    `WITH ${hit}
     SELECT (SELECT total::integer FROM hit) AS total, x.*
       FROM (SELECT 1) one LEFT JOIN (
         SELECT page.place, ${EXECUTION_VIEW.columns}, j.number AS "jobNumber", coalesce(s.profile_number, 0) AS "profileNumber", coalesce(s.profile_name, '') AS "profileName",
                coalesce(s.device_number, 0) AS "deviceNumber", coalesce(s.device_name, '') AS "deviceName", s.run_at AS "launchedFor", s.details, s.result_number AS "resultNumber"
           FROM page JOIN executions e ON e.number = page.number AND e.tenant_id = $1 ${EXECUTION_VIEW.joins} ${JOINS['sheet']}) x ON true
      ORDER BY x.place`,
  );
}

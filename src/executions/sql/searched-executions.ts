import type { CompiledSearch } from '../../database/row-search.js';

const JOINS: Readonly<Record<string, string>> = {
  job: 'JOIN jobs j ON j.id = e.job_id',
  live: 'LEFT JOIN live_runs l ON l.id = e.id',
  sheet: 'LEFT JOIN run_sheets s ON s.execution_id = e.id',
};
/** What a run has on its sheet that has none. */
const NO_SHEET = `(SELECT 0::bigint AS profile_number, ''::text AS profile_name, 0::bigint AS device_number, ''::text AS device_name,
                          NULL::timestamptz AS run_at, '{}'::jsonb AS details, NULL::bigint AS result_number) s`;

/**
 * The rows that a search finds, as a SELECT of `columns`, which name executions by `e`: those of the tenant $1 that were not put away. When all that is asked for
 * stands on sheets, the history is not read: whether runs without a sheet fit as well is the same for all of them, and the planner sees that.
 * Indexes: executions_by_number (tenant_id, number), run_sheets_dismissed, live_runs_pkey, run_sheets_pkey, jobs_pkey.
 */
export function searchedExecutions({ where, joins }: Pick<CompiledSearch, 'where' | 'joins'>, columns: string): string {
  const isOfSheets = joins.has('sheet') && joins.size === 1 && !/\be\.(?!number\b)/.test(where + columns);
  if (isOfSheets) {
    return `SELECT ${columns} FROM run_sheets s CROSS JOIN LATERAL (SELECT s.number) e
             WHERE s.tenant_id = $1 AND s.dismissed_at IS NULL AND ${where}
             UNION ALL
            SELECT ${columns} FROM executions e CROSS JOIN ${NO_SHEET}
             WHERE e.tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM run_sheets d WHERE d.execution_id = e.id) AND ${where}`;
  }
  const joined = Object.keys(JOINS).filter((name) => joins.has(name));
  return `SELECT ${columns} FROM executions e ${joined.map((name) => JOINS[name]).join(' ')}
           WHERE e.tenant_id = $1 AND ${where}
             AND NOT EXISTS (SELECT 1 FROM run_sheets d WHERE d.tenant_id = $1 AND d.number = e.number AND d.dismissed_at IS NOT NULL)`;
}

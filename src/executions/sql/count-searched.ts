import { statement, type Statement } from '../../database/statement.js';
import { differsWithoutSheet, joined, NO_SHEET, searchedSets, type ExecutionConditions } from '../searched-sets.js';

const ALL = `(SELECT count(*) FROM executions e WHERE e.tenant_id = $1)`;

/**
 * How many executions a search finds, but for those put away, as statements that may run side by side and whose totals add up. $1 tenant; the values of the search follow, which
 * has no order. Whatever can be is counted in indexes: those put away are few and counted apart, and so are all that have no sheet when one answer holds for all of them. Indexes: executions_by_number, executions_by_job,
 * run_sheets_by_number, run_sheets_dismissed, executions_pkey, live_runs_pkey.
 */
export function countSearched(conditions: ExecutionConditions): Statement[] {
  const { where, joins } = conditions;
  const counts =
    where !== 'true' && joins.has('sheet') && differsWithoutSheet(where)
      ? searchedSets(conditions, '').map((set) => `SELECT count(*) ${set}`)
      : [countOf(conditions)];
  return counts.map((count) => statement('count_searched', `SELECT (${count})::integer AS total`));
}

function countOf({ where, whereOfSheet, joins }: ExecutionConditions): string {
  // Whatever was put away has an execution, which need not be looked up when all are meant.
  if (where === 'true')
    return `${ALL} - (SELECT count(*) FROM run_sheets d WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL)`;
  if (!joins.has('sheet'))
    return `(SELECT count(*) FROM executions e ${joined(joins)} WHERE e.tenant_id = $1 AND ${where})
          - (SELECT count(*) FROM run_sheets d JOIN executions e ON e.id = d.execution_id ${joined(joins)}
              WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL AND ${where})`;
  return `CASE WHEN (SELECT ${where} FROM (SELECT ${NO_SHEET}) s)
               THEN ${ALL} - (SELECT count(*) FROM run_sheets s WHERE s.tenant_id = $1 AND (s.dismissed_at IS NULL AND ${whereOfSheet}) IS NOT TRUE)
               ELSE (SELECT count(*) FROM run_sheets s WHERE s.tenant_id = $1 AND s.dismissed_at IS NULL AND ${whereOfSheet}) END`;
}

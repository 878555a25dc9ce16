import { statement, type Statement } from '../../database/statement.js';
import {
  isOfJob,
  differsWithoutSheet,
  joined,
  NO_SHEET,
  searchedSets,
  type ExecutionConditions,
} from '../searched-sets.js';
import { ALL_OF_TENANT } from './all-of-tenant.js';

/** Those without a sheet, and those that got one late. */
const UNTOLD = `(SELECT count(*) FROM executions e WHERE e.tenant_id = $1 AND e.has_sheet IS NULL)`;

/**
 * How many executions a search finds, but for those put away, as statements that may run side by side and whose totals add up. $1 tenant; the values of the search follow, which
 * has no order. Whatever can be is counted in indexes: those put away are few and counted apart, and so are all that have no sheet when one answer holds for all of them. Indexes: execution_counts_pkey, executions_by_number, executions_by_job,
 * run_sheets_by_number, run_sheets_dismissed, run_sheets_late, executions_pkey, live_runs_pkey.
 */
export function countSearched(conditions: ExecutionConditions): Statement[] {
  return countsOf(conditions).map((count) => statement('count_searched', `SELECT (${count})::integer AS total`));
}

function countsOf(conditions: ExecutionConditions): string[] {
  const { where, whereOfSheet, joins } = conditions;
  // Whatever was put away has an execution, which need not be looked up when all are meant.
  if (where === 'true')
    return [
      `${ALL_OF_TENANT()} - (SELECT count(*) FROM run_sheets d WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL)`,
    ];
  if (!joins.has('sheet'))
    return [
      `${isOfJob(where) ? ALL_OF_TENANT(joined(joins), where) : `(SELECT count(*) FROM executions e ${joined(joins)} WHERE e.tenant_id = $1 AND ${where})`}
       - (SELECT count(*) FROM run_sheets d JOIN executions e ON e.id = d.execution_id ${joined(joins)}
           WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL AND ${where})`,
    ];
  if (differsWithoutSheet(where)) return searchedSets(conditions, '').map((set) => `SELECT count(*) ${set}`);
  return [
    `SELECT count(*) FROM run_sheets s WHERE s.tenant_id = $1 AND s.dismissed_at IS NULL AND ${whereOfSheet}`,
    `CASE WHEN (SELECT ${where} FROM (SELECT ${NO_SHEET}) s) THEN ${UNTOLD} - (SELECT count(*) FROM run_sheets d WHERE d.tenant_id = $1 AND d.is_late) ELSE 0 END`,
  ];
}

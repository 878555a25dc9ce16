import { statement, type Statement } from '../../database/statement.js';
import { INSTANTS, ofJobs, type RunInstant } from '../run-instants.js';

/** More runs than so many are looked at by their due instants, so that a few of them that are far from these do not make the bound. */
const SAMPLED = 100;

/**
 * An instant that at least so many ended runs have theirs before, or (`falls`) after, cut to its unit: no run that comes among so many of the first has a later, or earlier, one. Null: it is
 * not known, because there are not so many. Looked for among the first by their due instants, and among those that are far from them. $1 tenant, $2 ids of jobs or null, $3 how many; those that were put away are counted in
 * besides. Indexes: executions_by_time, executions_by_job, executions_by_number, executions_pkey, outlying_by_start, outlying_by_end, executions_late, executions_early, run_sheets_dismissed.
 */
export function foremostBound(instant: RunInstant, falls: boolean): Statement {
  const { ofRun, far, ofFar, unit, only } = INSTANTS[instant];
  const [direction, last, first] = falls ? ['DESC', 'min', 'max'] : ['ASC', 'max', 'min'];
  const most = `(SELECT $3::bigint + count(*) FROM run_sheets d WHERE d.tenant_id = $1 AND d.dismissed_at IS NOT NULL)`;
  const place = only === undefined ? `e.scheduled_for ${direction}, e.id ${direction}` : `e.number ${direction}`;
  const near = `SELECT ${ofRun} AS k FROM executions e WHERE e.tenant_id = $1 AND ${ofJobs('e')} AND ${ofRun} IS NOT NULL AND ${only ?? 'true'}
                 ORDER BY ${place} LIMIT ${SAMPLED} + 4 * ${most}`;
  const others = far.map((from) => `SELECT ${ofFar} AS k ${from} AND ${ofJobs('o')} AND ${ofFar} IS NOT NULL`);
  const bounds = [near, ...others].map(
    (some) =>
      `SELECT ${last}(k) AS k FROM (SELECT k FROM (${some}) s ORDER BY k ${direction} LIMIT ${most}) f HAVING count(*) >= ${most}`,
  );
  return statement(
    'foremost_bound',
    `SELECT date_trunc('${unit}', ${first}(b.k)) AS at FROM (${bounds.join(' UNION ALL ')}) b`,
  );
}

import type { CompiledKey } from '../../database/row-search.js';
import { statement, type Statement } from '../../database/statement.js';
import { searchedSets, SHEETLESS, withoutSheets, type ExecutionConditions } from '../searched-sets.js';
import { SHEETED_ROWS } from './sheeted-rows.js';

const BY_NUMBER: CompiledKey = { sql: 'e.number', direction: 'ASC', joins: [] };
/** What executions shall be found, and in what order. */
export interface CompiledExecutionSearch extends ExecutionConditions {
  readonly orderBy: readonly CompiledKey[];
}
/** Runs without a sheet that are looked at for a bound. */
const SAMPLE = 2_000;
/** More rows than there can be. */
const BEYOND = 1_000_000_000_000_000;
/** Rows of a set that the page can need at most; null: all. */
const MOST = `$2::bigint + $3::bigint`;
const CUT = `OFFSET $2::bigint LIMIT $3::bigint`;

/**
 * A page of the executions that a search finds, but for those put away, with their sheets. $1 tenant, $2 offset, $3 rows or null; the
 * values of the search follow. Only what a condition or the order needs is joined before the page is cut.
 * Indexes: executions_by_number (tenant_id, number), executions_by_job, run_sheets_by_number, run_sheets_dismissed, run_sheets_by_result,
 * run_sheets_by_due, run_sheets_by_profile, run_sheets_by_device, run_sheets_by_profile_number, run_sheets_by_device_number, live_runs_pkey, run_sheets_pkey, jobs_pkey.
 */
export function searchExecutions(search: CompiledExecutionSearch): Statement {
  const bound = isByResult(search) ? boundOf(search) : '';
  return statement(
    'search_executions',
    `WITH ${bound} page AS MATERIALIZED (${isByJob(search) ? pageByJob(search) : pageOf(search)})
     SELECT ${SHEETED_ROWS.columns}
       FROM page JOIN executions e ON e.number = page.number AND e.tenant_id = $1 ${SHEETED_ROWS.joins}
      ORDER BY page.place`,
  );
}

/** Numbers with their places. Each set yields what the page can need of it, and they are merged. */
function pageOf(search: CompiledExecutionSearch): string {
  const { keys, by } = orderOf(search);
  const sets = searchedSets(isByResult(search) ? withinBound(search) : search, keys).map(
    (set) => `SELECT ${keys}, e.number ${set} ORDER BY ${by}`,
  );
  const rows =
    sets.length === 1
      ? `${sets[0] ?? ''} ${CUT}`
      : `SELECT * FROM (${sets.map((set) => `(${set} LIMIT ${MOST})`).join(' UNION ALL ')}) every ORDER BY ${by} ${CUT}`;
  return `SELECT f.number, row_number() OVER (ORDER BY ${by}) AS place FROM (${rows}) f`;
}

function orderOf({ orderBy }: CompiledExecutionSearch): { readonly keys: string; readonly by: string } {
  const order = [...orderBy, BY_NUMBER];
  return {
    keys: order.map(({ sql }, i) => `${sql} AS k${i}`).join(', '),
    by: order.map(({ direction }, i) => `k${i} ${direction}`).join(', '),
  };
}

/** Sheets are in an index by their results, the other runs have to be looked through. */
const isByResult = ({ orderBy }: CompiledExecutionSearch): boolean => orderBy[0]?.sql === 's.result_at';

/** The first runs without a sheet, by their numbers alone, which stand in the index. */
const firstOf = (direction: string): string =>
  `e.number = ANY (ARRAY(SELECT e.number FROM executions e WHERE e.tenant_id = $1 AND ${SHEETLESS} ORDER BY e.number ${direction} LIMIT ${SAMPLE}))`;

/**
 * `sample`: the first runs without a sheet, all of them if they are few. `bound`: the result that so many of these and of the sheets come before as the page needs; no row: they are not
 * so many. All others that the page can have come before it, too.
 */
function boundOf({ orderBy, ...conditions }: CompiledExecutionSearch): string {
  const direction = orderBy[0]?.direction ?? 'ASC';
  const [sheets = ''] = searchedSets(conditions, 's.result_at');
  const isPlain = conditions.where === 'true';
  const [, others = ''] = searchedSets(
    isPlain ? { ...conditions, where: firstOf(direction) } : conditions,
    's.result_at',
  );
  return `sample AS MATERIALIZED (SELECT e.number, s.began_at, s.result_at AS k0 ${others} ORDER BY e.number ${direction} LIMIT ${SAMPLE}),
          bound AS MATERIALIZED (
            SELECT k0 FROM ((SELECT s.result_at AS k0 ${sheets} ORDER BY k0 ${direction} LIMIT ${MOST}) UNION ALL (SELECT k0 FROM sample)) foremost
             ORDER BY k0 ${direction} OFFSET coalesce(${MOST}, ${BEYOND}) - 1 LIMIT 1
          ),`;
}

/**
 * Only runs without a sheet that come before the bound. Those are few, which the planner sees from an array only. The start of a run is compared sooner than the second of it is made.
 * Null comes last, or first when the order falls.
 */
function withinBound({ where, orderBy, ...others }: CompiledExecutionSearch): ExecutionConditions {
  const at = `((SELECT k0 FROM bound) AT TIME ZONE 'UTC')`;
  const isBefore =
    orderBy[0]?.direction === 'DESC'
      ? `(s.began_at IS NULL OR s.began_at >= ${at})`
      : `(${at} IS NULL OR s.began_at < ${at} + interval '1 second')`;
  const isWithin = `(${isBefore} OR NOT EXISTS (SELECT FROM bound))`;
  const isAll = `(SELECT count(*) < ${SAMPLE} FROM sample)`;
  const beyond = withoutSheets({
    ...others,
    where: `e.has_sheet IS NULL AND ${where} AND NOT ${isAll} AND ${isWithin}`,
  });
  const near = `SELECT s.number FROM sample s WHERE ${isAll} AND ${isWithin} UNION ALL SELECT e.number ${beyond}`;
  return { ...others, where: `e.number = ANY (ARRAY(${near}))` };
}

/** There are far fewer jobs than runs, and an index has the runs of each job in the order of their instants. */
const isByJob = ({ orderBy, joins }: CompiledExecutionSearch): boolean =>
  orderBy.length === 1 && orderBy[0]?.joins[0] === 'job' && !joins.has('sheet');

/** Runs whose jobs are equal follow each other by their instants. */
function pageByJob({ where, orderBy: [key = BY_NUMBER], joins }: CompiledExecutionSearch): string {
  const needed = new Set([...joins].filter((join) => join !== 'job'));
  const ofJob = `e.job_id = j.id AND ${where}`;
  const [set = ''] = searchedSets({ where: ofJob, whereOfSheet: ofJob, joins: needed }, '');
  const by = `k0 ${key.direction}, scheduled_for, id`;
  return `SELECT f.number, row_number() OVER (ORDER BY ${by}) AS place
            FROM (SELECT ${key.sql} AS k0, r.* FROM jobs j
                   CROSS JOIN LATERAL (SELECT e.number, e.scheduled_for, e.id ${set} ORDER BY e.scheduled_for, e.id LIMIT ${MOST}) r
                   WHERE j.tenant_id = $1 ORDER BY ${by} ${CUT}) f`;
}

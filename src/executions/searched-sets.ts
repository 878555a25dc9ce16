const JOINS: Readonly<Record<string, string>> = {
  job: 'JOIN jobs j ON j.id = e.job_id',
  live: 'LEFT JOIN live_runs l ON l.id = e.id',
};
/** Not dismissed. Index: run_sheets_dismissed. */
const LISTED = `NOT EXISTS (SELECT 1 FROM run_sheets d WHERE d.tenant_id = $1 AND d.number = e.number AND d.dismissed_at IS NOT NULL)`;
/** What a run has on its sheet that has none, as far as that is the same of all. */
export const NO_SHEET = `0::bigint AS profile_number, ''::text AS profile_name, 0::bigint AS device_number, ''::text AS device_name, '{}'::jsonb AS details`;
/** Looked up only for those that have no start in the history: to join 100,000 runs with the few live ones takes longer than all the rest. */
const BEGAN = `coalesce(e.started_at, (SELECT coalesce(b.started_at, b.claimed_at) FROM live_runs b WHERE b.id = e.id))`;
const SECOND = `date_trunc('second', ${BEGAN} AT TIME ZONE 'UTC')`;
/** Sheets that say another instant than their runs, or that leave them out. Index: run_sheets_planned. */
const PLANNED = (sheet: string): string => `(${sheet}.run_at IS NOT NULL OR ${sheet}.dismissed_at IS NOT NULL)`;
/** The rest of it, evaluated where it is asked for. Its result has no number yet; the second in which it began stands for it. */
const OF_RUN = `e.scheduled_for AS due_at, ${BEGAN} AS began_at, ${SECOND} AS result_at, to_char(${SECOND}, 'YYYYMMDDHH24MISS')::bigint AS result_number`;

/** Whether a run has none. Late sheets are few, and `IS NOT TRUE` has them looked up in a hash table instead of an index for each run. Index: run_sheets_late. */
export const SHEETLESS = `e.has_sheet IS NULL AND (EXISTS (SELECT 1 FROM run_sheets d WHERE d.tenant_id = $1 AND d.number = e.number AND d.is_late)) IS NOT TRUE`;

/** What of SQL of ours depends on more than a sheet and what it knows of its run. */
export function needsExecution(sql: string): boolean {
  return /\be\.(?!number\b|id\b)|\b[jl]\./.test(sql);
}

/** Whether it is the same of all runs of a job. */
export function isOfJob(sql: string): boolean {
  return !/\be\.(?!job_id\b)|\b[ls]\./.test(sql);
}

/** Whether it is not the same of all runs without a sheet. */
export function differsWithoutSheet(sql: string): boolean {
  return /\b[ejl]\.|\bs\.(due_at|began_at|result_)/.test(sql);
}

/** What of sheets depends on the instant alone, which most of them have from their runs. */
function needsInstantOnly(sql: string): boolean {
  return !/\bs\.(?!due_at\b)/.test(sql);
}

/** FROM clause of the tables that are joined to executions. */
export function joined(joins: ReadonlySet<string>): string {
  return Object.entries(JOINS)
    .filter(([name]) => joins.has(name))
    .map(([, join]) => join)
    .join(' ');
}

/** What executions shall be found. */
export interface ExecutionConditions {
  /** A boolean expression for runs without a sheet, or for all when no sheet is looked at. */
  readonly where: string;
  /** The same for runs with a sheet. */
  readonly whereOfSheet: string;
  /** Tables that it needs besides `executions`; `sheet`: runs with and without a sheet are told apart. */
  readonly joins: ReadonlySet<string>;
}

/**
 * The executions of the tenant $1 that `where` finds, but for those put away, as FROM and WHERE clauses of sets that have nothing in common: one, or, when sheets are
 * looked at, those with a sheet and those without. The first is read without the history when `columns`, which name what is selected, and `where` allow; of the second the
 * planner sees that most of what is asked for is the same of all. Indexes: executions_by_number (tenant_id, number), run_sheets_by_number (tenant_id, number), run_sheets_planned, run_sheets_late,
 * run_sheets_dismissed, live_runs_pkey, run_sheets_pkey, jobs_pkey.
 */
export function searchedSets({ where, whereOfSheet, joins }: ExecutionConditions, columns: string): readonly string[] {
  const tables = joined(joins);
  if (!joins.has('sheet')) return [`FROM executions e ${tables} WHERE e.tenant_id = $1 AND ${where} AND ${LISTED}`];
  const run = needsExecution(`${whereOfSheet} ${columns}`)
    ? 'JOIN executions e ON e.id = s.execution_id'
    : 'CROSS JOIN LATERAL (SELECT s.number, s.execution_id AS id) e';
  // Then sheets that name no instant are as good as none.
  const isByInstant = needsInstantOnly([whereOfSheet, where, columns].join(' '));
  return [
    `FROM run_sheets s ${run} ${tables} WHERE s.tenant_id = $1 AND s.dismissed_at IS NULL AND ${isByInstant ? PLANNED('s') : 'true'} AND ${whereOfSheet}`,
    `${withoutSheets({ where, joins })} AND ${isByInstant ? `NOT EXISTS (SELECT 1 FROM run_sheets d WHERE d.tenant_id = $1 AND d.number = e.number AND ${PLANNED('d')})` : SHEETLESS}`,
  ];
}

/** The executions that `where` finds as though none had a sheet. */
export function withoutSheets({ where, joins }: Omit<ExecutionConditions, 'whereOfSheet'>): string {
  return `FROM executions e ${joined(new Set([...joins, 'live']))} CROSS JOIN LATERAL (SELECT ${NO_SHEET}, ${OF_RUN}) s WHERE e.tenant_id = $1 AND ${where}`;
}

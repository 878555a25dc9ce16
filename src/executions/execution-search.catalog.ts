import type { SearchCatalog, SearchColumn, Span } from '../database/row-search.js';
import { isFinal, type ExecutionState } from './execution.state.js';

const SHEET = { joins: ['sheet'] };
const LIVE = { joins: ['live'] };
/** There are far fewer jobs than runs, so a condition on them is evaluated for the jobs. */
const OF_JOB = {
  joins: ['job'],
  within: (condition) => `e.job_id = ANY (ARRAY(SELECT j.id FROM jobs j WHERE j.tenant_id = $1 AND ${condition}))`,
} satisfies Partial<SearchColumn>;
const LIVE_AMONG = (list: string): string =>
  `e.id = ANY (ARRAY(SELECT l.id FROM live_runs l WHERE l.tenant_id = $1 AND l.state = ANY (${list})))`;
/** A state is in one of two tables; most lists of states are of one kind. */
const STATE_AMONG = (list: string, states: readonly string[]): string => {
  const isOfHistory = (state: string): boolean => isFinal(state as ExecutionState);
  if (states.every(isOfHistory)) return `(e.state = ANY (${list}))`;
  if (!states.some(isOfHistory)) return LIVE_AMONG(list);
  return `(CASE WHEN e.state IS NULL THEN ${LIVE_AMONG(list)} ELSE e.state = ANY (${list}) END)`;
};

/**
 * As `STATE_AMONG`, without a look at the run. With EXISTS and not with IN: what IN compares with is hashed only while it fits into `work_mem`, and looked through for each run beyond
 * (with 300,000 bad ends among 5,000,000 runs the total of `status=completed` and a config did not end within minutes; 0.7 s so). Indexes: unsuccessful_executions_pkey, live_runs_pkey.
 */
function idsAmong(list: string, states: readonly string[]): string {
  const isGood = states.includes('succeeded');
  const idsOf = (table: string): string =>
    `SELECT o.id FROM ${table} o WHERE o.tenant_id = $1 AND o.state ${isGood ? '<> ALL' : '= ANY'} (${list})`;
  const exists = `EXISTS (SELECT 1 FROM (${idsOf('unsuccessful_executions')} UNION ALL ${idsOf('live_runs')}) o WHERE o.id = e.id)`;
  return isGood ? `NOT ${exists}` : exists;
}

/** The number of a result is a second, and 100,000 instants are compared sooner than cut and printed. */
function secondOf(number: string): Span | null {
  const at = instantOfResult(number);
  const value = at?.toISOString().slice(0, 19) ?? '';
  return at && { sql: 's.began_at', type: `timestamp AT TIME ZONE 'UTC'`, value, unit: '1 second' };
}

/** The second that the number of a result says; null: it says none. */
export function instantOfResult(number: string): Date | null {
  const [, date, hour, minute, second] = /^(\d{8})(\d\d)(\d\d)(\d\d)$/.exec(number) ?? [];
  const value = `${date?.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3') ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}`;
  const at = new Date(`${value}Z`);
  const isSecond = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) && !value.startsWith('0000');
  return isSecond ? at : null;
}

function secondOnSheet(number: string): Span | null {
  const span = secondOf(number);
  return span && { ...span, sql: 's.result_at', type: 'timestamp' };
}

/** What executions can be searched by. `s` is the sheet of the run, or what stands for one (`searched-sets.ts`). */
export const EXECUTION_CATALOG = {
  columns: {
    id: { type: 'uuid', sql: 'e.id' },
    number: { type: 'number', sql: 'e.number' },
    state: { type: 'text', sql: 'coalesce(e.state, l.state)', ...LIVE, among: STATE_AMONG },
    isFromTrigger: { type: 'boolean', sql: 'e.trigger_id IS NOT NULL' },
    jobNumber: { type: 'number', sql: 'j.number', ...OF_JOB },
    jobName: { type: 'text', sql: 'j.name', ...OF_JOB },
    profileNumber: { type: 'number', sql: 's.profile_number', ...SHEET },
    profileName: { type: 'text', sql: 's.profile_name', ...SHEET },
    deviceNumber: { type: 'number', sql: 's.device_number', ...SHEET },
    deviceName: { type: 'text', sql: 's.device_name', ...SHEET },
    createdBy: { type: 'text', sql: `coalesce(e.created_by, '')` },
    createdAt: { type: 'instant', sql: 'e.created_at' },
    updatedAt: {
      type: 'instant',
      sql: 'coalesce(l.updated_at, e.finished_at, e.created_at)',
      ...LIVE,
    },
    runAt: { type: 'instant', sql: 's.due_at', ...SHEET },
    interfaces: { type: 'texts', sql: `coalesce(e.interfaces, '{}')` },
    resultNumber: {
      ...{ type: 'number', sql: 's.result_number', ...SHEET },
      ...{ order: 's.result_at', comparable: secondOf },
    },
  },
  document: { sql: 's.details', ...SHEET },
} as const satisfies SearchCatalog;

/**
 * The same for runs with a sheet: what is told by it, or by the few that are in another state, is asked without a look at the history. Has the same values in the same places.
 * Indexes: unsuccessful_by_state, unsuccessful_executions_pkey, live_runs_pkey.
 */
export const SHEET_CATALOG: SearchCatalog = {
  ...EXECUTION_CATALOG,
  columns: {
    ...EXECUTION_CATALOG.columns,
    state: { ...EXECUTION_CATALOG.columns.state, among: idsAmong },
    resultNumber: { ...EXECUTION_CATALOG.columns.resultNumber, comparable: secondOnSheet },
  },
};

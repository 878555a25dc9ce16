/** How a list of executions that a client asks for is found among ours. */
import type { AnnotatedFilter, AnnotatedKey, AnnotatedSlice } from '../../executions/annotated-filter.js';
import { MOST_KEYS } from '../../executions/annotated-filter.js';
import { EXECUTION_STATES, type ExecutionState } from '../../executions/execution.state.js';
import { parseId } from '../../kernel/ids.js';
import { badParameters } from './cloudify-refusal.js';
import { displayOf, STATUS_OF, STATUSES, statesOf, type Status } from './execution-states.js';
import { CONSTANT_FIELDS, type ExecutionField } from './execution.wire.js';
import { told } from './json-type.js';
import { booleanOf, type ListQuery } from './list-query.js';

const MOST_COMBINATIONS = 1_000;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?Z$/;

/** The key that a field is ordered by; null: it is the same of all. */
const KEYS: Readonly<Record<ExecutionField, AnnotatedKey | null>> = {
  id: 'id',
  workflow_id: 'job:workflow',
  blueprint_id: 'job:blueprint',
  deployment_id: 'job:deployment',
  deployment_display_name: 'job:deployment',
  status: 'state',
  status_display: 'state',
  error: 'error',
  created_at: 'created_at',
  started_at: 'started_at',
  ended_at: 'ended_at',
  scheduled_for: 'note:scheduled_for',
  created_by: 'created_by',
  tenant_name: null,
  parameters: null,
  is_system_workflow: 'job:system',
  is_dry_run: 'flag:dry_run',
  allow_custom_parameters: 'flag:allow_custom',
  resume: 'flag:resumed',
  visibility: null,
  resource_availability: null,
  private_resource: null,
  total_operations: null,
  finished_operations: null,
};

type Filters = ReadonlyMap<ExecutionField, readonly string[]>;

/** Order and place of the slice. Throws `bad_parameters_error` for more keys than are looked at. */
export function sliceOf({ order, offset, rows }: ListQuery<ExecutionField>): AnnotatedSlice {
  const keys = new Map<AnnotatedKey, boolean>();
  for (const { field, falls } of order) {
    const key = KEYS[field];
    if (key !== null && !keys.has(key)) keys.set(key, falls);
  }
  if (keys.size > MOST_KEYS)
    throw badParameters(`_sort names ${keys.size} fields; at most ${MOST_KEYS} are looked at.`);
  const isDisplayed = order.some(({ field }) => field === 'status_display');
  const named = (state: ExecutionState): string => (isDisplayed ? displayOf(STATUS_OF[state]) : STATUS_OF[state]);
  const stateNames = Object.fromEntries(EXECUTION_STATES.map((state) => [state, named(state)]));
  return {
    order: [...keys].map(([key, falls]) => ({ key, falls })),
    offset,
    rows,
    stateNames: stateNames as AnnotatedSlice['stateNames'],
  };
}

/** The filter; null: nothing can match. Throws `bad_parameters_error`. */
export function filterOf({ filters, option }: ListQuery<ExecutionField>, tenant: string): AnnotatedFilter | null {
  if (!constantsMatch(filters, tenant)) return null;
  const ofJob = jobMarks(filters, includesSystem(filters, option('_include_system_workflows')));
  const states = statesFilter(filters);
  const notes = noteFilter(filters);
  if (ofJob === null || states === null || notes === null) return null;
  const texts = (field: ExecutionField): readonly string[] | undefined => filters.get(field);
  return {
    ofJob,
    ...states,
    ...notes,
    ...given(
      'ids',
      texts('id')?.flatMap((id) => parseId(id) ?? []),
    ),
    ...given('createdBy', texts('created_by')),
    ...given('createdAt', instants(texts('created_at'))),
    ...given('startedAt', instants(texts('started_at'))),
    ...given('endedAt', instants(texts('ended_at'))),
    ...given('error', texts('error')),
    ...given('scheduledFor', texts('scheduled_for')),
    ...given('parameters', texts('parameters')?.flatMap(json)),
  };
}

function includesSystem(filters: Filters, option: string | undefined): boolean {
  if (filters.has('is_system_workflow')) return true;
  if (option === undefined) return false;
  const includes = booleanOf(option);
  if (includes === undefined)
    throw badParameters(`_include_system_workflows must be true or false, not ${told(option)}.`);
  return includes;
}

function constantsMatch(filters: Filters, tenant: string): boolean {
  const constants: Readonly<Record<string, string | boolean | null>> = { ...CONSTANT_FIELDS, tenant_name: tenant };
  return Object.entries(constants).every(([field, value]) => {
    const wanted = filters.get(field as ExecutionField);
    return wanted === undefined || wanted.some((one) => one.toLowerCase() === String(value ?? '').toLowerCase());
  });
}

/** The fields of the workflow's mark, multiplied out: of each field any value, of all fields one. Null: no mark can be so. */
function jobMarks(filters: Filters, withSystem: boolean): Readonly<Record<string, unknown>>[] | null {
  let marks: Readonly<Record<string, unknown>>[] = withSystem ? [{}] : [{ system: false }];
  const fields = { deployment_id: 'deployment', blueprint_id: 'blueprint', workflow_id: 'workflow' } as const;
  for (const [field, key] of Object.entries(fields)) {
    const values = filters.get(field as ExecutionField);
    if (values) marks = marks.flatMap((mark) => values.map((value) => ({ ...mark, [key]: value })));
    if (marks.length > MOST_COMBINATIONS) throw badParameters('The filters have too many combinations.');
  }
  const named = filters.get('deployment_display_name');
  if (named && !filters.has('deployment_id'))
    marks = marks.flatMap((mark) => named.map((deployment) => ({ ...mark, deployment })));
  else if (named) marks = marks.filter(({ deployment }) => named.includes(String(deployment)));
  const system = filters.get('is_system_workflow')?.flatMap((text) => booleanOf(text) ?? []);
  if (system) marks = marks.flatMap((mark) => system.map((one) => ({ ...mark, system: one })));
  return marks.length === 0 ? null : marks;
}

/** The states of the statuses that both filters allow; null: there are none. */
function statesFilter(filters: Filters): Pick<AnnotatedFilter, 'states' | 'forced'> | null {
  const [byStatus, byDisplay] = [filters.get('status'), filters.get('status_display')];
  if (!byStatus && !byDisplay) return {};
  const statuses = STATUSES.filter(
    (status) => byStatus?.includes(status) !== false && byDisplay?.includes(displayOf(status)) !== false,
  );
  if (statuses.length === 0) return null;
  const states = [...new Set(statuses.flatMap(statesOf))];
  const has = (status: Status): boolean => statuses.includes(status);
  if (has('kill_cancelling') === has('force_cancelling')) return { states };
  return { states, forced: { fields: { state: 'kill_cancelling' }, has: has('kill_cancelling') } };
}

/** The flags that are kept beside runs. A flag that is not kept is false. */
function noteFilter(filters: Filters): Pick<AnnotatedFilter, 'note' | 'notNote'> | null {
  const note: Record<string, true> = {};
  const notNote: Record<string, true>[] = [];
  const flags = { is_dry_run: 'dry_run', allow_custom_parameters: 'allow_custom', resume: 'resumed' } as const;
  for (const [field, key] of Object.entries(flags)) {
    const wanted = filters.get(field as ExecutionField)?.map(booleanOf);
    if (!wanted || (wanted.includes(true) && wanted.includes(false))) continue;
    if (wanted.includes(true)) note[key] = true;
    else if (wanted.includes(false)) notNote.push({ [key]: true });
    else return null;
  }
  return { ...(Object.keys(note).length > 0 && { note }), ...(notNote.length > 0 && { notNote }) };
}

function given<Key extends keyof AnnotatedFilter, Value>(key: Key, value: Value | undefined): { [k in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [k in Key]?: Value });
}

function instants(texts: readonly string[] | undefined): Date[] | undefined {
  return texts?.flatMap((text) => {
    const at = INSTANT.test(text) ? new Date(text.replace(' ', 'T')) : null;
    return at === null || Number.isNaN(at.getTime()) ? [] : [at];
  });
}

function json(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

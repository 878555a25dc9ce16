// What lists of executions with annotations are asked for, as values of statements.
import { currentTenant } from '../context/request-context.js';
import { isFinal, type ExecutionState } from './execution.state.js';
import type { AnnotatedRealm } from './sql/annotated-matching.js';

/** Absent: not filtered. Of several values any will do. */
export interface AnnotatedFilter {
  /** Objects of which the job's annotation contains one. */
  readonly ofJob?: readonly Readonly<Record<string, unknown>>[];
  readonly ids?: readonly string[];
  readonly states?: readonly ExecutionState[];
  /** Of force-cancelled runs only those whose note contains `fields`, or (`has` false) does not. */
  readonly forced?: { readonly fields: Readonly<Record<string, unknown>>; readonly has: boolean };
  readonly createdBy?: readonly string[];
  readonly createdAt?: readonly Date[];
  readonly startedAt?: readonly Date[];
  readonly endedAt?: readonly Date[];
  readonly error?: readonly string[];
  readonly note?: Readonly<Record<string, unknown>>;
  readonly notNote?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly unknown[];
  readonly scheduledFor?: readonly string[];
  /** Whether the note has a field. */
  readonly noted?: { readonly field: string; readonly has: boolean };
  readonly madeBefore?: Date;
  readonly madeAfter?: Date;
}

/** A field to go by; `job:<field>` and `note:<field>` stand for those of the annotations, `flag:<field>` for one that is false when it is absent. */
export type AnnotatedKey =
  | 'created_at'
  | 'started_at'
  | 'ended_at'
  | 'id'
  | 'state'
  | 'error'
  | 'created_by'
  | `job:${string}`
  | `note:${string}`
  | `flag:${string}`;

/** Which slice of a list, and how it is ordered: by at most three keys, and then from the oldest on. */
export interface AnnotatedSlice {
  readonly order: readonly { readonly key: AnnotatedKey; readonly falls: boolean }[];
  readonly offset: number;
  readonly rows: number;
  /** What the API calls each state, for the order by it. */
  readonly stateNames: Readonly<Record<ExecutionState, string>>;
}

/** Keys of an order that are looked at. */
export const MOST_KEYS = 3;

/** The smallest realm that has all rows of the filter. */
export function realmOf({ states, note, scheduledFor, noted }: AnnotatedFilter): AnnotatedRealm {
  if (note !== undefined || scheduledFor !== undefined || noted?.has === true) return 'annotated';
  const isRare = states?.every((state) => isFinal(state) && state !== 'succeeded') === true;
  return isRare ? 'unsuccessful' : 'all';
}

/** The parameters of `annotatedMatching`. For the tenant of the request. */
export function filterValues(annotation: string, jobIds: readonly string[], filter: AnnotatedFilter): unknown[] {
  const { states, forced } = filter;
  const final = states?.filter(isFinal) ?? null;
  const live = states?.filter((state) => !isFinal(state)) ?? null;
  return [
    currentTenant().id,
    annotation,
    jobIds,
    filter.ids ?? null,
    // An empty list would keep the planner from leaving the other table out.
    final?.length === 0 && live?.length !== 0 ? null : final,
    live?.length === 0 ? null : live,
    forced ? JSON.stringify(forced.fields) : null,
    forced?.has ?? null,
    filter.createdBy ?? null,
    filter.createdAt ?? null,
    filter.startedAt ?? null,
    filter.endedAt ?? null,
    filter.error ?? null,
    filter.note ? JSON.stringify(filter.note) : null,
    jsons(filter.notNote),
    jsons(filter.parameters),
    filter.scheduledFor ?? null,
    filter.noted?.field ?? null,
    filter.noted?.has ?? null,
    filter.madeBefore ?? null,
    filter.madeAfter ?? null,
  ];
}

/** Each as JSON; null: none are given. */
export function jsons(values: readonly unknown[] | undefined): string[] | null {
  return values?.map((value) => JSON.stringify(value)) ?? null;
}

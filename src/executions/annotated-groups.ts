// The parts that lists in an order by few values are put together of.
import type { AnnotatedFilter, AnnotatedKey, AnnotatedSlice } from './annotated-filter.js';
import { isFinal, type ExecutionState } from './execution.state.js';
import type { Group } from './group-slices.js';

/** Executions that are equal in the order of a list, or an order of their own, as what finds them. */
export interface AnnotatedGroup {
  readonly jobs: readonly string[];
  readonly filter: AnnotatedFilter;
  readonly order: AnnotatedSlice['order'];
}

/** How many executions a job has, and its label. */
export interface CountedJob {
  readonly jobId: string;
  readonly label: string | null;
  readonly count: number;
}

/** How many executions are in a state; `noted`: what force-cancelled ones are called instead, or null. */
export interface CountedState {
  readonly state: ExecutionState;
  readonly noted: string | null;
  readonly count: number;
}

/** Jobs with the same label. What has none comes last, or first in a falling order, as in SQL. `order`: that of the runs of a group. */
export function jobGroups(
  counted: readonly CountedJob[],
  falls: boolean,
  order: AnnotatedSlice['order'],
): Group<AnnotatedGroup>[] {
  return ordered(counted, ({ label }) => label, falls).map((same) => ({
    members: [{ jobs: same.map(({ jobId }) => jobId), filter: {}, order }],
    count: sumOf(same),
  }));
}

/** States with the same name; null: the force-cancelled ones have several names of their own, which filters cannot tell apart. */
export function stateGroups(
  counted: readonly CountedState[],
  jobs: readonly string[],
  names: AnnotatedSlice['stateNames'],
  falls: boolean,
): Group<AnnotatedGroup>[] | null {
  const present = counted.filter(({ count }) => count > 0);
  const named = present.find(({ noted }) => noted !== null);
  if (present.filter(({ noted }) => noted !== null).length > 1) return null;
  const groups = ordered(present, ({ state, noted }) => noted ?? names[state], falls);
  // Live and ended runs with one name, or force-cancelled ones that share theirs with others, are not found by one filter.
  const isMixed = (same: readonly CountedState[]): boolean =>
    named !== undefined && same.length > 1 && same.some(({ state }) => state === 'force_cancelling');
  if (groups.some(isMixed)) return null;
  return groups.map((same) => {
    const forced = { fields: { state: named?.noted }, has: same[0]?.noted !== null };
    const states = same.map(({ state }) => state).sort((a, b) => Number(isFinal(a)) - Number(isFinal(b)));
    const filter = { states, ...(named && states[0] === 'force_cancelling' && { forced }) };
    return { members: [{ jobs, filter, order: [] }], count: sumOf(same) };
  });
}

/** Those whose annotation has a flag, or a field, and the others. Those with a field are in its order. */
export function notedGroups(
  { key, falls }: { readonly key: AnnotatedKey; readonly falls: boolean },
  field: string,
  jobs: readonly string[],
  { all, some }: { readonly all: number; readonly some: number },
): Group<AnnotatedGroup>[] {
  const isFlag = key.startsWith('flag:');
  const having = isFlag ? { note: { [field]: true } } : { noted: { field, has: true } };
  const lacking = isFlag ? { notNote: [{ [field]: true }] } : { noted: { field, has: false } };
  const withIt = { members: [{ jobs, filter: having, order: isFlag ? [] : [{ key, falls }] }], count: some };
  const without = { members: [{ jobs, filter: lacking, order: [] }], count: all - some };
  // A flag that is absent is false, which comes before true; a field that is absent is null, which comes last.
  return isFlag === falls ? [withIt, without] : [without, withIt];
}

function sumOf(counted: readonly { readonly count: number }[]): number {
  return counted.reduce((sum, { count }) => sum + count, 0);
}

/** Those with the same label together, in the order of the labels by their bytes, as `COLLATE "C"`. */
function ordered<One>(rows: readonly One[], labelOf: (row: One) => string | null, falls: boolean): One[][] {
  const groups = new Map<string | null, One[]>();
  for (const row of rows) groups.set(labelOf(row), [...(groups.get(labelOf(row)) ?? []), row]);
  const sorted = [...groups].sort(([a], [b]) =>
    a === null ? 1 : b === null ? -1 : Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  if (falls) sorted.reverse();
  return sorted.map(([, members]) => members);
}

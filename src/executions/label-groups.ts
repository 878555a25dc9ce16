import type { SearchCondition } from '../database/row-search.js';
import { EXECUTION_STATES } from './execution.state.js';
import type { Group } from './group-slices.js';
import { amongValues, type LabelledField } from './labelled-conditions.js';

/** The rows that have one label, as the condition that finds them. */
export type LabelGroup = Group<SearchCondition>;

/** How many rows have a value in the labelled column. Values without rows may be absent. */
export interface LabelledCount {
  readonly value: string;
  readonly count: number;
}

/** The rows of each label, in the order of the labels; labels without rows are left out. */
export function labelGroups(
  field: LabelledField,
  isDescending: boolean,
  counted: readonly LabelledCount[],
): LabelGroup[] {
  const { column, labels, otherwise } = field;
  const known = [...new Set([...labels.keys(), ...(column === 'state' ? EXECUTION_STATES : [])])];
  const labelOf = (value: string | null): string => labels.get(value ?? '') ?? otherwise;
  const countOf = new Map<string, number>();
  for (const { value, count } of counted) countOf.set(labelOf(value), (countOf.get(labelOf(value)) ?? 0) + count);
  const sorted = [...countOf].filter(([, count]) => count > 0).sort(([a], [b]) => compareLabels(field, a, b));
  if (isDescending) sorted.reverse();
  return sorted.map(([label, count]) => {
    const values = new Set<string | null>(known.filter((value) => labelOf(value) === label));
    if (label === otherwise) values.add(null);
    return { members: [amongValues(column, known, values)], count };
  });
}

function compareLabels({ type }: LabelledField, a: string, b: string): number {
  const isLess = type === 'number' ? BigInt(a) < BigInt(b) : a < b;
  return isLess ? -1 : 1;
}

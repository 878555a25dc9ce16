import type { SearchField, SearchType } from '../../executions/execution-search.service.js';

/** A field that lists can be filtered and sorted by, and where the core has it. */
export interface ListField {
  readonly field: SearchField;
  readonly type: SearchType;
}

/** Fields of one resource by the names that clients use; nested ones with dots. */
export type FieldTable = Readonly<Record<string, ListField>>;

/** A column of the core. */
export function column(name: string, type: SearchType): ListField {
  return { field: { column: name }, type };
}

/** A column whose values have other names in this API. */
export function labelled(
  name: string,
  type: 'text' | 'number',
  labels: ReadonlyMap<string, string>,
  otherwise: string,
): ListField {
  return { field: { column: name, labels, otherwise, type }, type };
}

/** What this API keeps beside the thing. */
export function member(type: Exclude<SearchType, 'instant' | 'uuid'>, ...path: readonly string[]): ListField {
  return { field: { path, type }, type };
}

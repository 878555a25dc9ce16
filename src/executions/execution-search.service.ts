import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import {
  compileSearch,
  type RowSearch,
  type SearchCondition,
  type SearchField,
  type SearchType,
} from '../database/row-search.js';
import type { Found } from '../database/search-page.js';
import { searchedRows } from '../database/searched-rows.js';
import { EXECUTION_CATALOG } from './execution-search.catalog.js';
import { EXECUTION_STATES } from './execution.state.js';
import type { ExecutionView } from './execution.view.js';
import { groupSlices } from './group-slices.js';
import { countByState } from './sql/count-by-state.js';
import { countInStates } from './sql/count-in-states.js';
import { countSearched } from './sql/count-searched.js';
import { numberLaunches } from './sql/number-launches.js';
import { numberResults } from './sql/number-results.js';
import { searchExecutionIds } from './sql/search-execution-ids.js';
import { searchExecutions } from './sql/search-executions.js';

export type { Found, RowSearch, SearchCondition, SearchField, SearchType };

/** An execution with what stands on its sheet; without a sheet zeros, empty names and nulls. */
export interface SheetedExecution extends ExecutionView {
  readonly jobNumber: string;
  readonly profileNumber: string;
  readonly profileName: string;
  readonly deviceNumber: string;
  readonly deviceName: string;
  /** The instant that the launch named. */
  readonly launchedFor: Date | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  /** YYYYMMDDHHMMSS in UTC; null exactly until the run has begun. */
  readonly resultNumber: string | null;
}

/** Finds executions of the tenant of the request by conditions of the caller's choice, but for those that were put away. */
@Injectable()
export class ExecutionSearch {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Gives runs that have begun the numbers of their results. The rows and the total are read side by side: executions may come to be in between. Throws
   * `invalid_input` for a regular expression that is not valid or takes too long.
   */
  async search(search: RowSearch): Promise<Found<SheetedExecution>> {
    await this.numberFor(search);
    const groups = search.conditions.length === 0 && search.limit !== null ? stateGroups(search) : null;
    if (groups !== null) return this.searchByState(search, groups);
    const [rows, total] = await Promise.all([
      search.limit === 0 ? [] : this.rows(search),
      search.limit === null ? null : this.count(search),
    ]);
    return { rows: await this.numbered(rows), total: total ?? search.offset + rows.length };
  }

  /** The one of a number; undefined: there is none, or it was put away. */
  async find(number: string): Promise<SheetedExecution | undefined> {
    return (await this.some([number]))[0];
  }

  /** The same as it is: one that has begun gets no number for its result yet, so nothing is written. */
  async findAsIs(number: string): Promise<SheetedExecution | undefined> {
    const conditions: SearchCondition[] = [{ field: { column: 'number' }, operator: '=', value: number }];
    return (await this.rows({ conditions, isUnion: false, sort: [], offset: 0, limit: 1 }))[0];
  }

  /** Those of the numbers that there are, by number. */
  async some(numbers: readonly string[]): Promise<readonly SheetedExecution[]> {
    if (numbers.length === 0) return [];
    const conditions: SearchCondition[] = [{ field: { column: 'number' }, operator: 'in', value: numbers }];
    return (await this.search({ conditions, isUnion: false, sort: [], offset: 0, limit: null })).rows;
  }

  /** Those of the ids that there are, by number. */
  async byIds(ids: readonly string[]): Promise<readonly SheetedExecution[]> {
    const conditions: SearchCondition[] = [{ field: { column: 'id' }, operator: 'in', value: ids }];
    return (await this.search({ conditions, isUnion: false, sort: [], offset: 0, limit: null })).rows;
  }

  /** The ids of all that a search finds. Throws like `search`. */
  async ids(search: Pick<RowSearch, 'conditions' | 'isUnion'>): Promise<string[]> {
    await this.numberFor({ ...search, sort: [] });
    const compiled = compileSearch(EXECUTION_CATALOG, { ...search, sort: [] }, 1);
    const values = [currentTenant().id, ...compiled.values];
    const statement = searchExecutionIds(compiled);
    const rows = await searchedRows<{ id: string }>(this.database, statement, values, compiled.hasPatterns);
    return rows.map(({ id }) => id);
  }

  /** By groups of states, of which the page needs one or two: to sort all rows by their states would take longer. */
  private async searchByState(
    search: RowSearch,
    groups: readonly (readonly string[])[],
  ): Promise<Found<SheetedExecution>> {
    const counted = await this.database.query<{ state: string; count: number }>(countByState, [currentTenant().id]);
    const countOf = (states: readonly string[]): number =>
      counted.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
    const sized = groups.map((members) => ({ members, count: countOf(members) }));
    const slices = groupSlices(sized, search.offset, search.limit ?? 0);
    const parts = await Promise.all(
      slices.map(({ members, offset, limit }) =>
        this.rows({
          conditions: [{ field: { column: 'state' }, operator: 'in', value: members }],
          ...{ isUnion: false, sort: [], offset, limit },
        }),
      ),
    );
    const total = sized.reduce((sum, { count }) => sum + count, 0);
    return { rows: await this.numbered(parts.flat()), total };
  }

  private rows(search: RowSearch): Promise<SheetedExecution[]> {
    const compiled = compileSearch(EXECUTION_CATALOG, search, 3);
    const values = [currentTenant().id, search.offset, search.limit, ...compiled.values];
    return searchedRows(this.database, searchExecutions(compiled), values, compiled.hasPatterns);
  }

  private async count(search: RowSearch): Promise<number> {
    const states = statesOf(search);
    const compiled = compileSearch(EXECUTION_CATALOG, { ...search, sort: [] }, 1);
    const rows =
      states === null
        ? searchedRows<{ total: number }>(
            this.database,
            countSearched(compiled),
            [currentTenant().id, ...compiled.values],
            compiled.hasPatterns,
          )
        : this.database.query<{ total: number }>(countInStates, [currentTenant().id, states]);
    return (await rows)[0]?.total ?? 0;
  }

  /** Whoever asks for numbers of results shall find those that nobody has looked at yet: all launches that have begun get theirs. */
  private async numberFor({ conditions, sort }: Pick<RowSearch, 'conditions' | 'sort'>): Promise<void> {
    const fields = [...conditions, ...sort].map(({ field }) => field);
    if (!fields.some((field) => 'column' in field && field.column === 'resultNumber')) return;
    await this.database.query(numberLaunches, [currentTenant().id]);
  }

  private async numbered(rows: readonly SheetedExecution[]): Promise<readonly SheetedExecution[]> {
    const ids = rows.filter((row) => row.resultNumber === null && row.startedAt !== null).map(({ id }) => id);
    if (ids.length === 0) return rows;
    const given = await this.database.query<{ id: string; resultNumber: string }>(numberResults, [
      currentTenant().id,
      ids,
    ]);
    const numbers = new Map(given.map((one) => [one.id, one.resultNumber]));
    return rows.map((row) => ({ ...row, resultNumber: row.resultNumber ?? numbers.get(row.id) ?? null }));
  }
}

/** The states that are all that is asked for; null: there are other conditions. */
function statesOf({ conditions: [condition, ...others] }: RowSearch): readonly string[] | null {
  if (condition === undefined || others.length > 0 || condition.operator !== 'in') return null;
  const { field, value } = condition;
  return 'column' in field && field.column === 'state' && !('labels' in field) ? (value as readonly string[]) : null;
}

/** States that have the same label, in the order of the labels, when that is the only order that is asked for; else null. */
function stateGroups({ sort: [key, ...others] }: RowSearch): string[][] | null {
  if (key === undefined || others.length > 0) return null;
  const { field, isDescending } = key;
  if (!('labels' in field) || field.column !== 'state' || field.type !== 'text') return null;
  const labelOf = (state: string): string => field.labels.get(state) ?? field.otherwise;
  const labels = [...new Set(EXECUTION_STATES.map(labelOf))].sort((a, b) => (a < b ? -1 : 1));
  if (isDescending) labels.reverse();
  return labels.map((label) => EXECUTION_STATES.filter((state) => labelOf(state) === label));
}

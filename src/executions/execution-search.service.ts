import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import type { RowSearch, SearchCondition, SearchField, SearchType } from '../database/row-search.js';
import type { Found } from '../database/search-page.js';
import { searchedRows } from '../database/searched-rows.js';
import type { Statement } from '../database/statement.js';
import type { ExecutionView } from './execution.view.js';
import { instantOfResult } from './execution-search.catalog.js';
import { compileExecutionSearch } from './compiled-execution-search.js';
import { ForemostRuns, type RunInstant } from './foremost-runs.service.js';
import { groupSlices } from './group-slices.js';
import { labelGroups, type LabelGroup, type LabelledCount } from './label-groups.js';
import { isLabelled, withoutLabels } from './labelled-conditions.js';
import { withoutNamePatterns } from './named-conditions.js';
import { differsWithoutSheet } from './searched-sets.js';
import { allListed } from './sql/all-listed.js';
import { countByCreator } from './sql/count-by-creator.js';
import { countByState } from './sql/count-by-state.js';
import { countInStates } from './sql/count-in-states.js';
import { countSearched } from './sql/count-searched.js';
import { nthNumber } from './sql/nth-number.js';
import { numberLaunches } from './sql/number-launches.js';
import { numberResults } from './sql/number-results.js';
import { searchExecutionIds } from './sql/search-execution-ids.js';
import { searchFew } from './sql/search-few.js';
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

interface Counted {
  readonly total: number;
}
/** Tenant, offset and limit come before what a search has to say. */
const FIXED = 3;
/** Runs from the beginning of a list that are looked at for a page before all of them are. */
const PROBED = 2_000;
/** From this offset on it is worth while to look where the end is. */
const DEEP = 1_000;
/** Columns that are an instant which no index of the history may have, or has only in parts. */
const INSTANTS: Readonly<Record<string, RunInstant>> = { createdAt: 'created', updatedAt: 'updated' };
/** What counts the rows of each value of a column. */
const COUNTS: Readonly<Record<string, Statement>> = { state: countByState, createdBy: countByCreator };

/** Finds executions of the tenant of the request by conditions of the caller's choice, but for those that were put away. */
@Injectable()
export class ExecutionSearch {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ForemostRuns) private readonly foremost: ForemostRuns,
  ) {}

  /**
   * Gives runs that have begun the numbers of their results. The rows and the total are read side by side: executions may come to be in between. Throws
   * `invalid_input` for a regular expression that is not valid or takes too long.
   */
  async search(search: RowSearch): Promise<Found<SheetedExecution>> {
    await this.numberFor(search);
    const groups = search.conditions.length === 0 && search.limit !== null ? await this.groupsOf(search) : null;
    if (groups !== null) return this.searchByGroups(search, groups);
    const page = (await this.searchForemost(search)) ?? (await this.searchFromEnd(search));
    if (page !== null) return page;
    const conditions = await this.simplified(search.conditions);
    return this.searchPlainly({ ...search, conditions: [...conditions, ...(await this.atInstant(search))] });
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
    return (await this.search({ conditions: [amongIds(ids)], isUnion: false, sort: [], offset: 0, limit: null })).rows;
  }

  /** The ids of all that a search finds. Throws like `search`. */
  async ids(search: Pick<RowSearch, 'conditions' | 'isUnion'>): Promise<string[]> {
    await this.numberFor({ ...search, sort: [] });
    const conditions = await this.simplified(search.conditions);
    const compiled = compileExecutionSearch({ ...search, conditions, sort: [] }, 1);
    const values = [currentTenant().id, ...compiled.values];
    const statement = searchExecutionIds(compiled);
    const rows = await searchedRows<{ id: string }>(this.database, statement, values, compiled.hasPatterns);
    return rows.map(({ id }) => id);
  }

  private async searchPlainly(search: RowSearch): Promise<Found<SheetedExecution>> {
    const { rows, total } = (await this.searchFew(search)) ?? (await this.searchSideBySide(search));
    return { rows: await this.numbered(rows), total };
  }

  private async searchSideBySide(search: RowSearch): Promise<Found<SheetedExecution>> {
    const [rows, total] = await Promise.all([
      search.limit === 0 ? [] : this.rows(search),
      search.limit === null ? null : this.count(search),
    ]);
    return { rows, total: total ?? search.offset + rows.length };
  }

  /**
   * A page that the first runs of the list do not fill, with its total; null: they fill it, or it cannot be told. A page of a search that finds few is walked to by looking at
   * every run, one by one, and counting looks at all of them once more.
   */
  private async searchFew(search: RowSearch): Promise<Found<SheetedExecution> | null> {
    const { conditions, sort, offset, limit } = search;
    const [key] = sort;
    if (conditions.length === 0 || !isByNumber(sort) || statesOf(search) !== null) return null;
    if (limit === null || limit === 0 || offset + limit > PROBED) return null;
    const direction = key?.isDescending === true ? 'DESC' : 'ASC';
    const [bound] = await this.database.query<{ number: string }>(nthNumber(direction), [currentTenant().id, PROBED]);
    if (bound !== undefined) {
      const rows = await this.rows(search, `e.number ${direction === 'ASC' ? '<' : '>'} ${Number(bound.number)}`);
      if (rows.length === limit) return { rows, total: await this.count(search) };
    }
    const compiled = compileExecutionSearch({ ...search, sort: [] }, 2);
    const values = [currentTenant().id, offset + limit, ...compiled.values];
    type Told = Counted & { readonly numbers: readonly string[] };
    const sets = await this.sideBySide<Told>(searchFew(compiled, direction), values, compiled.hasPatterns);
    const sign = direction === 'ASC' ? 1 : -1;
    const numbers = sets.flatMap((set) => set.numbers).sort((a, b) => sign * (Number(a) - Number(b)));
    const value = numbers.slice(offset, offset + limit);
    const page = {
      conditions: [{ field: { column: 'number' }, operator: 'in', value }],
      isUnion: false,
      sort,
    } as const;
    return {
      rows: value.length === 0 ? [] : await this.rows({ ...page, offset: 0, limit: null }),
      total: totalOf(sets),
    };
  }

  /** A page near the beginning of an order by an instant; null: it is none, or lies deeper. */
  private async searchForemost(search: RowSearch): Promise<Found<SheetedExecution> | null> {
    const { conditions, sort, offset, limit } = search;
    const [key, ...others] = sort;
    if (conditions.length > 0 || key === undefined || others.length > 0 || limit === null) return null;
    const instant = instantOf(key.field);
    if (instant === undefined && !isResult(key.field)) return null;
    const ids =
      instant === undefined
        ? await this.foremost.idsByResult(key.isDescending, offset + limit)
        : await this.foremost.ids(instant, key.isDescending, offset + limit, null);
    if (ids === null) return null;
    const [rows, total] = await Promise.all([
      this.rows({ ...search, conditions: [amongIds(ids)] }),
      this.count({ ...search, sort: [] }),
    ]);
    return { rows: await this.numbered(rows), total };
  }

  /**
   * A page behind the middle of all, by their numbers, walked to from the end: that of the list when they were counted, so that what comes to be meanwhile moves nothing. Null: it is none.
   */
  private async searchFromEnd(search: RowSearch): Promise<Found<SheetedExecution> | null> {
    const { conditions, sort, offset, limit } = search;
    if (conditions.length > 0 || limit === null || offset < DEEP || !isByNumber(sort)) return null;
    const [all] = await this.database.query<Counted & { readonly last: string | null }>(allListed, [
      currentTenant().id,
    ]);
    if (all === undefined || all.last === null || offset < all.total / 2) return null;
    const { total, last } = all;
    if (offset >= total) return { rows: [], total };
    const field = { column: 'number' };
    const rows = await this.rows({
      conditions: [{ field, operator: '<=', value: last }],
      isUnion: false,
      sort: [{ field, isDescending: sort[0]?.isDescending !== true }],
      offset: Math.max(0, total - offset - limit),
      limit: Math.min(limit, total - offset),
    });
    return { rows: await this.numbered(rows.reverse()), total };
  }

  /** What a search for one instant, or one result, can say besides: the few runs that it can find. */
  private async atInstant({
    conditions,
    isUnion,
  }: Pick<RowSearch, 'conditions' | 'isUnion'>): Promise<SearchCondition[]> {
    if (isUnion && conditions.length > 1) return [];
    for (const condition of conditions) {
      const ids = await this.idsAt(condition);
      if (ids !== null) return [amongIds(ids)];
    }
    return [];
  }

  private async idsAt({ field, operator, value }: SearchCondition): Promise<readonly string[] | null> {
    if (operator !== '=') return null;
    const instant = instantOf(field);
    if (instant !== undefined && value instanceof Date) return this.foremost.idsAt(instant, value, null);
    if (!isResult(field) || typeof value !== 'string') return null;
    const begunAt = instantOfResult(value);
    return begunAt && this.foremost.idsOfResult(value, begunAt);
  }

  /** By groups that have the same label, of which the page needs one or two: to sort all rows by their labels would take longer. */
  private async searchByGroups(search: RowSearch, groups: readonly LabelGroup[]): Promise<Found<SheetedExecution>> {
    const slices = groupSlices(groups, search.offset, search.limit ?? 0);
    const parts = await Promise.all(
      slices.map(({ members: conditions, offset, limit }) =>
        this.rows({ conditions, isUnion: false, sort: [], offset, limit }),
      ),
    );
    const total = groups.reduce((sum, { count }) => sum + count, 0);
    return { rows: await this.numbered(parts.flat()), total };
  }

  /** `within`: what must hold besides, in SQL of ours. */
  private rows(search: RowSearch, within: string | null = null): Promise<SheetedExecution[]> {
    const compiled = compileExecutionSearch(search, FIXED);
    const values = [currentTenant().id, search.offset, search.limit, ...compiled.values];
    const where = `(${compiled.where} AND ${within})`;
    const whereOfSheet = `(${compiled.whereOfSheet} AND ${within})`;
    const bounded = within === null ? compiled : { ...compiled, where, whereOfSheet };
    return searchedRows(this.database, searchExecutions(bounded), values, compiled.hasPatterns);
  }

  private async count(search: RowSearch): Promise<number> {
    const states = statesOf(search);
    if (states !== null)
      return totalOf(await this.database.query<Counted>(countInStates, [currentTenant().id, states]));
    const compiled = compileExecutionSearch({ ...search, sort: [] }, 1);
    const counts = countSearched(compiled);
    const same = sameOf(search);
    if (same !== null && differsWithoutSheet(compiled.where) && counts.length > 1) {
      const [all, equal] = await Promise.all([
        this.count({ ...search, conditions: [] }),
        this.count({ ...same, conditions: [...same.conditions, ...(await this.atInstant(same))] }),
      ]);
      return all - equal;
    }
    const values = [currentTenant().id, ...compiled.values];
    return totalOf(await this.sideBySide<Counted>(counts, values, compiled.hasPatterns));
  }

  private async simplified(conditions: readonly SearchCondition[]): Promise<SearchCondition[]> {
    return withoutNamePatterns(this.database, await withoutLabels(this.database, conditions));
  }

  private async sideBySide<Row>(
    statements: readonly Statement[],
    values: readonly unknown[],
    hasPatterns: boolean,
  ): Promise<Row[]> {
    const parts = await Promise.all(
      statements.map((statement) => searchedRows<Row>(this.database, statement, values, hasPatterns)),
    );
    return parts.flat();
  }

  /** What the rows of a list are put together of, when the only order is by labels of few values; else null. */
  private async groupsOf({ sort: [key, ...others] }: RowSearch): Promise<LabelGroup[] | null> {
    if (key === undefined || others.length > 0 || !isLabelled(key.field)) return null;
    const count = COUNTS[key.field.column];
    if (count === undefined) return null;
    const counted = await this.database.query<LabelledCount>(count, [currentTenant().id]);
    return labelGroups(key.field, key.isDescending, counted);
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

function isByNumber([key, ...others]: RowSearch['sort']): boolean {
  return others.length === 0 && (key === undefined || ('column' in key.field && key.field.column === 'number'));
}

function instantOf(field: SearchField): RunInstant | undefined {
  return 'column' in field && !('labels' in field) ? INSTANTS[field.column] : undefined;
}

function isResult(field: SearchField): boolean {
  return 'column' in field && field.column === 'resultNumber';
}

function amongIds(ids: readonly string[]): SearchCondition {
  return { field: { column: 'id' }, operator: 'in', value: ids };
}

function totalOf(counted: readonly Counted[]): number {
  return counted.reduce((sum, { total }) => sum + total, 0);
}

/** What all but those of a search for other than one value have, which are few as a rule; null: it is no such search. */
function sameOf(search: RowSearch): RowSearch | null {
  const [condition, ...others] = search.conditions;
  if (condition?.operator !== '!=' || others.length > 0) return null;
  return { ...search, conditions: [{ ...condition, operator: '=' }] };
}

/** The states that are all that is asked for; null: there are other conditions. */
function statesOf({ conditions: [condition, ...others] }: RowSearch): readonly string[] | null {
  if (condition === undefined || others.length > 0 || condition.operator !== 'in') return null;
  const { field, value } = condition;
  return 'column' in field && field.column === 'state' && !('labels' in field) ? (value as readonly string[]) : null;
}

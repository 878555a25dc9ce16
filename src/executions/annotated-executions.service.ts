import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { isFinal, type ExecutionState } from './execution.state.js';
import {
  filterValues,
  jsons,
  MOST_KEYS,
  realmOf,
  type AnnotatedFilter,
  type AnnotatedKey,
  type AnnotatedSlice,
} from './annotated-filter.js';
import {
  jobGroups,
  notedGroups,
  stateGroups,
  type AnnotatedGroup,
  type CountedJob,
  type CountedState,
} from './annotated-groups.js';
import { ForemostRuns, type RunInstant } from './foremost-runs.service.js';
import { groupSlices, type Group } from './group-slices.js';
import { countAnnotatedByJob } from './sql/count-annotated-by-job.js';
import { countAnnotatedByState } from './sql/count-annotated-by-state.js';
import { deepAnnotated } from './sql/deep-annotated.js';
import { fewAnnotated } from './sql/few-annotated.js';
import { foremostAnnotated } from './sql/foremost-annotated.js';
import { nthInstant } from './sql/nth-instant.js';
import type { Statement } from '../database/statement.js';
import { annotatedJobs } from './sql/annotated-jobs.js';
import { countAnnotated } from './sql/count-annotated.js';
import { countOfJobs } from './sql/count-of-jobs.js';
import { listAnnotated } from './sql/list-annotated.js';

/** An execution of a job that carries an annotation, with what the API that reads it keeps of both. */
export interface AnnotatedExecution {
  readonly id: string;
  readonly jobId: string;
  /** The annotation of its job, which may have been deleted. */
  readonly ofJob: Readonly<Record<string, unknown>>;
  readonly note: Readonly<Record<string, unknown>>;
  readonly state: ExecutionState;
  readonly reason: string | null;
  readonly error: string | null;
  readonly createdBy: string | null;
  /** The moment of the request, or the due instant of a trigger. */
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Null: no worker has taken it. */
  readonly agentId: string | null;
}

/** Rows of a list and how many there are in all. */
export interface AnnotatedPage {
  readonly rows: readonly AnnotatedExecution[];
  readonly total: number;
}

/** Runs from the beginning of a list that are looked at for a page before all of them are. */
const PROBED = 4_000;
/** Rows from the beginning of an order that no index has, among which a slice may lie to be looked for without sorting all. */
const FOREMOST = 1_000;
/** From this offset on rows are counted by spans of time. */
const DEEP = 10_000;
const SPANS = 1_000;

/** Orders by an instant that no index of the history may have. */
const INSTANTS: Partial<Record<AnnotatedKey, RunInstant>> = { started_at: 'started', ended_at: 'ended' };

type SliceKey = AnnotatedSlice['order'][number];
/** Whether it is the same of all runs of a job. */
const isOfJob = (
  key: SliceKey | undefined,
): key is SliceKey & { readonly key: Extract<AnnotatedKey, `job:${string}`> } => key?.key.startsWith('job:') === true;

/** Reads executions for compatible APIs whose lists have filters, orders and offsets of their own. For the tenant of the request. */
@Injectable()
export class AnnotatedExecutions {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ForemostRuns) private readonly foremost: ForemostRuns,
  ) {}

  /** Undefined: there is none, or its job does not carry the annotation. */
  async find(annotation: string, id: string): Promise<AnnotatedExecution | undefined> {
    const slice = { order: [], offset: 0, rows: 1, stateNames: {} as AnnotatedSlice['stateNames'] };
    const filter = { ids: [id] };
    return (await this.rows(annotation, await this.jobsOf(annotation, filter), filter, slice))[0];
  }

  /** A slice, and how many match in all. The two may be read side by side: executions may come to be in between. */
  async list(annotation: string, asked: AnnotatedFilter, slice: AnnotatedSlice): Promise<AnnotatedPage> {
    const jobs = await this.jobsOf(annotation, asked);
    const filter = await this.atInstant(jobs, asked);
    const isPlain = Object.keys(filter).every((key) => key === 'ofJob');
    const [key, ...others] = slice.order;
    const isAlone = isPlain && key !== undefined && others.length === 0;
    const isByTime = key === undefined || (key.key === 'created_at' && others.length === 0);
    if (isAlone || (isPlain && isOfJob(key))) {
      const groups = await this.groupsOf(annotation, jobs, slice);
      if (groups !== null) return this.listByGroups(annotation, filter, slice, groups);
    }
    const isNear = slice.rows > 0 && slice.offset + slice.rows <= FOREMOST;
    if (isAlone && isNear && key.key === 'error' && !key.falls) {
      // Most runs have none, and the empty text comes first.
      const rows = await this.probed(annotation, jobs, { ...filter, error: [''] }, { ...slice, order: [] });
      if (rows !== null) return { rows, total: await this.count(annotation, jobs, filter) };
    }
    const instant = isAlone ? INSTANTS[key.key] : undefined;
    if (instant !== undefined && slice.rows > 0) {
      const ids = await this.foremost.ids(instant, key?.falls === true, slice.offset + slice.rows, jobs);
      if (ids !== null) return this.listAmong(annotation, jobs, filter, { ids, slice });
    }
    const foremost = isAlone && isNear ? foremostAnnotated(key.key, key.falls) : null;
    if (foremost !== null)
      return this.pageOf(foremost, [currentTenant().id, annotation, jobs, slice.offset, slice.rows]);
    if (isPlain && isByTime && key?.falls !== true && slice.offset >= DEEP)
      return this.pageOf(deepAnnotated, [
        currentTenant().id,
        annotation,
        jobs,
        await this.spanOf(),
        slice.offset,
        slice.rows,
      ]);
    if (!isPlain && isByTime && realmOf(filter) === 'all') {
      const few = await this.listFew(annotation, jobs, filter, slice);
      if (few !== null) return few;
    }
    return this.listAmong(annotation, jobs, filter, { slice });
  }

  /** A slice whose runs are among those with the `ids`, with the total of all. */
  private async listAmong(
    annotation: string,
    jobs: readonly string[],
    filter: AnnotatedFilter,
    { slice, ...among }: { readonly slice: AnnotatedSlice; readonly ids?: readonly string[] },
  ): Promise<AnnotatedPage> {
    const [rows, total] = await Promise.all([
      slice.rows === 0 ? [] : this.rows(annotation, jobs, { ...filter, ...among }, slice),
      this.count(annotation, jobs, filter),
    ]);
    return { rows, total };
  }

  /** The same filter with the few runs that it can find, if it asks for one instant at which they started or ended. */
  private async atInstant(jobs: readonly string[], filter: AnnotatedFilter): Promise<AnnotatedFilter> {
    const { startedAt, endedAt, ids: given } = filter;
    const instants = startedAt ?? endedAt ?? [];
    const [at] = instants;
    if (given !== undefined || at === undefined || instants.length > 1) return filter;
    const ids = await this.foremost.idsAt(startedAt === undefined ? 'ended' : 'started', at, jobs);
    return ids === null ? filter : { ...filter, ids };
  }

  /** A slice that the first runs of the list do not fill, with its total; null: they fill it, or it lies deeper. */
  private async listFew(
    annotation: string,
    jobs: readonly string[],
    filter: AnnotatedFilter,
    slice: AnnotatedSlice,
  ): Promise<AnnotatedPage | null> {
    const { offset, rows: wanted, order } = slice;
    if (wanted === 0 || offset + wanted > PROBED) return null;
    const rows = await this.probed(annotation, jobs, filter, slice);
    if (rows !== null) return { rows, total: await this.count(annotation, jobs, filter) };
    const falls = order[0]?.falls ?? false;
    return this.pageOf(fewAnnotated, [...filterValues(annotation, jobs, filter), falls, offset, wanted]);
  }

  /** A slice that the first runs by time fill; null: they do not. */
  private async probed(
    annotation: string,
    jobs: readonly string[],
    filter: AnnotatedFilter,
    slice: AnnotatedSlice,
  ): Promise<AnnotatedExecution[] | null> {
    const falls = slice.order[0]?.falls ?? false;
    const direction = falls ? 'DESC' : 'ASC';
    const [bound] = await this.database.query<{ at: Date }>(nthInstant(direction), [currentTenant().id, PROBED]);
    if (bound === undefined) return null;
    const within = falls ? { madeAfter: bound.at } : { madeBefore: bound.at };
    const rows = await this.rows(annotation, jobs, { ...filter, ...within }, slice);
    return rows.length === slice.rows ? rows : null;
  }

  /** The rows of each group follow each other in the order of their making, of which the slice needs one or two groups: to sort all rows by their labels would take longer. */
  private async listByGroups(
    annotation: string,
    filter: AnnotatedFilter,
    slice: AnnotatedSlice,
    groups: readonly Group<AnnotatedGroup>[],
  ): Promise<AnnotatedPage> {
    const parts = await Promise.all(
      groupSlices(groups, slice.offset, slice.rows).flatMap(({ members, offset, limit }) =>
        members.map(({ jobs, filter: ofGroup, order }) =>
          this.rows(annotation, jobs, { ...filter, ...ofGroup }, { ...slice, order, offset, rows: limit }),
        ),
      ),
    );
    return { rows: parts.flat(), total: groups.reduce((sum, { count }) => sum + count, 0) };
  }

  private async groupsOf(
    annotation: string,
    jobs: readonly string[],
    { order: [key, ...others], stateNames }: AnnotatedSlice,
  ): Promise<Group<AnnotatedGroup>[] | null> {
    if (key === undefined) return null;
    const [kind, field = ''] = key.key.split(/:(.*)/s);
    const marks = [currentTenant().id, annotation, jobs];
    if (isOfJob(key))
      return jobGroups(
        await this.database.query<CountedJob>(countAnnotatedByJob, [...marks, field]),
        key.falls,
        others,
      );
    if (kind === 'state')
      return stateGroups(
        await this.database.query<CountedState>(countAnnotatedByState, marks),
        jobs,
        stateNames,
        key.falls,
      );
    if (kind !== 'flag' && kind !== 'note') return null;
    const has = kind === 'flag' ? { note: { [field]: true } } : { noted: { field, has: true } };
    const [all, some] = await Promise.all([this.count(annotation, jobs, {}), this.count(annotation, jobs, has)]);
    return notedGroups(key, field, jobs, { all, some });
  }

  private async jobsOf(annotation: string, filter: AnnotatedFilter): Promise<string[]> {
    const marks = [currentTenant().id, annotation, jsons(filter.ofJob)];
    const jobs = await this.database.query<{ id: string }>(annotatedJobs, marks);
    return jobs.map(({ id }) => id);
  }

  /** What nearly all runs have is counted as all of them but for the others: those are few and in indexes. */
  private async count(annotation: string, jobs: readonly string[], filter: AnnotatedFilter): Promise<number> {
    const { states = [], notNote: [note, ...notes] = [] } = filter;
    const asked = Object.keys(filter).filter((key) => key !== 'ofJob');
    if (asked.join() === 'states' && states.some(isFinal)) return this.countStates(annotation, jobs, states);
    if (asked.join() === 'notNote' && note !== undefined && notes.length === 0) {
      const [all, some] = await Promise.all([this.count(annotation, jobs, {}), this.count(annotation, jobs, { note })]);
      return all - some;
    }
    const [row] =
      asked.length === 0
        ? await this.database.query<{ total: number }>(countOfJobs, [currentTenant().id, jobs])
        : await this.database.query<{ total: number }>(
            countAnnotated(realmOf(filter)),
            filterValues(annotation, jobs, filter),
          );
    return row?.total ?? 0;
  }

  private async countStates(
    annotation: string,
    jobs: readonly string[],
    states: readonly ExecutionState[],
  ): Promise<number> {
    const counted = await this.database.query<CountedState>(countAnnotatedByState, [
      currentTenant().id,
      annotation,
      jobs,
    ]);
    return counted.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
  }

  /** Seconds of each of about a thousand spans that all executions of the tenant lie in. */
  private async spanOf(): Promise<number> {
    const ends = await Promise.all(
      (['ASC', 'DESC'] as const).map((direction) =>
        this.database.query<{ at: Date }>(nthInstant(direction), [currentTenant().id, 0]),
      ),
    );
    const [first = 0, last = 0] = ends.map(([end]) => end?.at.getTime());
    return Math.max((last - first) / 1000 / SPANS, 0.001);
  }

  private async pageOf(statement: Statement, values: readonly unknown[]): Promise<AnnotatedPage> {
    type Told = { readonly total: number } & (AnnotatedExecution | { readonly id: null });
    const told = await this.database.query<Told>(statement, values);
    return {
      rows: told.filter((row): row is Told & AnnotatedExecution => row.id !== null),
      total: told[0]?.total ?? 0,
    };
  }

  private rows(
    annotation: string,
    jobs: readonly string[],
    filter: AnnotatedFilter,
    slice: AnnotatedSlice,
  ): Promise<AnnotatedExecution[]> {
    const { order, offset, rows, stateNames } = slice;
    const keys = Array.from({ length: MOST_KEYS }, (_, i) => [order[i]?.key ?? null, order[i]?.falls ?? false]);
    return this.database.query(listAnnotated(realmOf(filter)), [
      ...filterValues(annotation, jobs, filter),
      ...keys.flat(),
      offset,
      JSON.stringify(stateNames),
      rows,
    ]);
  }
}

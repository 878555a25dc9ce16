import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { isFinal, type ExecutionState } from './execution.state.js';
import { annotatedJobs } from './sql/annotated-jobs.js';
import { countAnnotated } from './sql/count-annotated.js';
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

/** Reads executions for compatible APIs whose lists have filters, orders and offsets of their own. For the tenant of the request. */
@Injectable()
export class AnnotatedExecutions {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Undefined: there is none, or its job does not carry the annotation. */
  async find(annotation: string, id: string): Promise<AnnotatedExecution | undefined> {
    const slice = { order: [], offset: 0, rows: 1, stateNames: {} as AnnotatedSlice['stateNames'] };
    return (await this.rows(await this.values(annotation, { ids: [id] }), slice))[0];
  }

  /** A slice, and how many match in all. The two are read side by side: executions may come to be in between. */
  async list(
    annotation: string,
    filter: AnnotatedFilter,
    slice: AnnotatedSlice,
  ): Promise<{ rows: AnnotatedExecution[]; total: number }> {
    const values = await this.values(annotation, filter);
    const [rows, [count]] = await Promise.all([
      slice.rows === 0 ? [] : this.rows(values, slice),
      this.database.query<{ total: number }>(countAnnotated, values),
    ]);
    return { rows, total: count?.total ?? 0 };
  }

  private async values(annotation: string, filter: AnnotatedFilter): Promise<unknown[]> {
    const marks = [currentTenant().id, annotation, jsons(filter.ofJob)];
    const jobs = await this.database.query<{ id: string }>(annotatedJobs, marks);
    return filterValues(
      annotation,
      jobs.map(({ id }) => id),
      filter,
    );
  }

  private rows(values: readonly unknown[], slice: AnnotatedSlice): Promise<AnnotatedExecution[]> {
    const { order, offset, rows, stateNames } = slice;
    const keys = Array.from({ length: MOST_KEYS }, (_, i) => [order[i]?.key ?? null, order[i]?.falls ?? false]);
    return this.database.query(listAnnotated, [...values, ...keys.flat(), offset, JSON.stringify(stateNames), rows]);
  }
}

function filterValues(annotation: string, jobIds: readonly string[], filter: AnnotatedFilter): unknown[] {
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
  ];
}

function jsons(values: readonly unknown[] | undefined): string[] | null {
  return values?.map((value) => JSON.stringify(value)) ?? null;
}

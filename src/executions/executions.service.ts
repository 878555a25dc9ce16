import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import { notFound } from '../kernel/domain-error.js';
import { parseId } from '../kernel/ids.js';
import { HELD_STATES, isFinal, type ExecutionState } from './execution.state.js';
import type { ExecutionView, StoredLogPiece } from './execution.view.js';
import { executionsMadeWithin } from './sql/executions-made-within.js';
import { listExecutionsOfJobs } from './sql/list-executions-of-jobs.js';
import { listExecutions } from './sql/list-executions.js';
import { readExecution } from './sql/read-execution.js';
import { readLogs } from './sql/read-logs.js';
import { tagBreadth } from './sql/tag-breadth.js';

/** Filters of a list of executions; null: not filtered. */
export interface ExecutionFilter {
  readonly jobId: string | null;
  readonly triggerId: string | null;
  /** Name or id of a group whose present jobs they are of; nothing is listed for one that does not exist. */
  readonly group: string | null;
  readonly states: readonly ExecutionState[] | null;
  readonly tag: string | null;
  /** Inclusive. */
  readonly from: Date | null;
  /** Exclusive. */
  readonly to: Date | null;
}

/** An execution in a list that leaves out big results. */
export interface ListedExecution extends ExecutionView {
  /** True when the result has more than 16 KiB; it is null here then. */
  readonly isResultLeftOut: boolean;
}

/** With a tag that so many jobs carry at most, the history of each is looked at, otherwise that of all. */
const FEW_JOBS = 50;

/** Reads executions of the tenant of the request. */
@Injectable()
export class ExecutionsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Throws `not_found`. */
  async get(id: string): Promise<ExecutionView> {
    const [row] = await this.database.query<ExecutionView>(readExecution, [currentTenant().id, id]);
    if (row === undefined) throw notFound('execution', id);
    return row;
  }

  /** Up to `rows` executions, newest first, after the given key. */
  async list(
    filter: ExecutionFilter,
    after: { sortKey: string; id: string } | null,
    rows: number,
  ): Promise<ExecutionView[]> {
    const values = [
      currentTenant().id,
      after?.sortKey ?? null,
      after?.id ?? null,
      filter.jobId,
      filter.triggerId,
      filter.states,
      filter.tag,
      filter.from,
      filter.to,
      rows,
    ];
    const groupId = filter.group === null ? null : parseId(filter.group);
    const group = [groupId === null ? filter.group : null, groupId];
    return this.database.query<ExecutionView>(await this.statementFor(filter), [...values, ...group]);
  }

  /** The statement that finds a page of these soonest. */
  private async statementFor({ states, group, tag, jobId, triggerId }: ExecutionFilter): Promise<Statement> {
    const usual = listFor(states);
    if (usual === listExecutions.held || usual === listExecutions.live) return usual;
    const isUnsuccessful = usual === listExecutions.unsuccessful;
    if (isUnsuccessful && triggerId !== null) return usual;
    const ofJobs = isUnsuccessful ? listExecutionsOfJobs.unsuccessful : listExecutionsOfJobs.any;
    if (group !== null) return ofJobs.group;
    if (tag === null || jobId !== null || triggerId !== null) return usual;
    const [breadth] = await this.database.query<{ jobs: number }>(tagBreadth, [currentTenant().id, tag, FEW_JOBS + 1]);
    return (breadth?.jobs ?? 0) <= FEW_JOBS ? ofJobs.tag : usual;
  }

  /**
   * Executions that came to be from `from` to before `to`, the one that changed last first; without occurrences that did not run. Of more
   * than `rows` the newest.
   */
  async madeWithin(from: Date, to: Date, rows: number): Promise<ListedExecution[]> {
    return this.database.query<ListedExecution>(executionsMadeWithin, [currentTenant().id, from, to, rows]);
  }

  /** Up to `rows` pieces of output after the given one, in order. Throws `not_found`. */
  async logs(
    id: string,
    attempt: number | null,
    after: { attempt: number; seq: number },
    rows: number,
  ): Promise<{ pieces: StoredLogPiece[]; isFinal: boolean }> {
    // The state is read first: when it is final, all output had been written before.
    const execution = await this.get(id);
    const pieces = await this.database.query<StoredLogPiece>(readLogs, [
      currentTenant().id,
      id,
      attempt,
      after.attempt,
      after.seq,
      rows,
    ]);
    return { pieces, isFinal: isFinal(execution.state) };
  }
}

/** The statement that finds these states soonest. */
function listFor(states: readonly ExecutionState[] | null): Statement {
  if (states === null) return listExecutions.any;
  if (states.every(isFinal)) return states.includes('succeeded') ? listExecutions.ended : listExecutions.unsuccessful;
  if (states.some(isFinal)) return listExecutions.any;
  return states.every((state) => (HELD_STATES as readonly ExecutionState[]).includes(state))
    ? listExecutions.held
    : listExecutions.live;
}

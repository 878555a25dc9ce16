import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { INSTANTS, type RunInstant } from './run-instants.js';
import { foremostBound } from './sql/foremost-bound.js';
import { foremostResults } from './sql/foremost-results.js';
import { launchesByResult } from './sql/launches-by-result.js';
import { runsWithin } from './sql/runs-within.js';

export type { RunInstant };

/** Up to this place in an order its runs are looked for so. */
const DEEPEST = 1_000;
/** With more runs than these to choose from the history is read as for any other order. */
const MOST_RUNS = 5_000;

const UNIT_MS = { milliseconds: 1, second: 1_000 } as const;

/** From (inclusive) and before when; null: without a bound. */
interface InstantSpan {
  readonly from: Date | null;
  readonly before: Date | null;
}

/**
 * Finds runs by when they were made, started or ended, although no index of the history may have starts and ends (`outlying_executions`). For the tenant of the request. `jobs`: ids of the only jobs that
 * are meant; null: all.
 */
@Injectable()
export class ForemostRuns {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Ids of runs among which are the first `most` in the order of an instant, where a run without one comes last, or first when the order falls, whatever decides between equal ones.
   * Those that were put away do not count. Null: they cannot be had so; any order of the whole history tells.
   */
  async ids(
    instant: RunInstant,
    falls: boolean,
    most: number,
    jobs: readonly string[] | null,
  ): Promise<readonly string[] | null> {
    if (most < 1 || most > DEEPEST) return null;
    const bounds = await this.database.query<{ at: Date | null }>(foremostBound(instant, falls), [
      currentTenant().id,
      jobs,
      most,
    ]);
    const at = bounds[0]?.at ?? null;
    if (at === null) return null;
    const unitMs = UNIT_MS[INSTANTS[instant].unit];
    const span = falls ? { from: at, before: null } : { from: null, before: after(at, unitMs) };
    return this.within(instant, span, jobs, falls);
  }

  /** As `ids`, in the order of the numbers of results, with and without a sheet. Launches have to have their numbers. */
  async idsByResult(falls: boolean, most: number): Promise<readonly string[] | null> {
    const others = await this.ids('begun', falls, most, null);
    if (others === null) return null;
    const launches = await this.database.query<{ id: string }>(foremostResults(falls), [currentTenant().id, most]);
    return [...others, ...launches.map(({ id }) => id)];
  }

  /** Ids of the runs that have an instant at `at`, and perhaps of others; null: they are too many. */
  async idsAt(instant: RunInstant, at: Date, jobs: readonly string[] | null): Promise<readonly string[] | null> {
    return this.within(instant, { from: at, before: after(at, UNIT_MS[INSTANTS[instant].unit]) }, jobs, false);
  }

  /** Ids of the runs whose result has a number, and perhaps of others; null: they are too many. `begunAt`: the second that the number says. */
  async idsOfResult(number: string, begunAt: Date): Promise<readonly string[] | null> {
    const others = await this.idsAt('begun', begunAt, null);
    if (others === null) return null;
    const launches = await this.database.query<{ id: string }>(launchesByResult, [currentTenant().id, number]);
    return [...others, ...launches.map(({ id }) => id)];
  }

  private async within(
    instant: RunInstant,
    { from, before }: InstantSpan,
    jobs: readonly string[] | null,
    hasUnknown: boolean,
  ): Promise<readonly string[] | null> {
    const values = [currentTenant().id, jobs, from, before, hasUnknown, MOST_RUNS + 1];
    const runs = await this.database.query<{ id: string }>(runsWithin(instant), values);
    return runs.length > MOST_RUNS ? null : runs.map(({ id }) => id);
  }
}

function after(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}

import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import type { RunInstant } from './run-instants.js';
import { foremostBound } from './sql/foremost-bound.js';
import { runsWithin } from './sql/runs-within.js';

export type { RunInstant };

/** Up to this place in an order its runs are looked for so. */
const DEEPEST = 1_000;
/** With more runs than these to choose from the history is read as for any other order. */
const MOST_RUNS = 5_000;

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
    return this.within(instant, falls ? { from: at, before: null } : { from: null, before: after(at, 1) }, jobs, falls);
  }

  /** Ids of the runs that have an instant between `at` and so many milliseconds later, and perhaps of others; null: they are too many. */
  async idsAt(
    instant: RunInstant,
    at: Date,
    spanMs: number,
    jobs: readonly string[] | null,
  ): Promise<readonly string[] | null> {
    return this.within(instant, { from: at, before: after(at, spanMs) }, jobs, false);
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

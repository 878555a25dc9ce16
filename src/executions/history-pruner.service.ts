import { Inject, Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { longestHistory } from './sql/longest-history.js';
import { pruneExecutions } from './sql/prune-executions.js';

/** Jobs looked at in one statement. */
const JOBS = 200;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Removes executions that are older than their job, their tenant or the setting wants them, with their output. */
@Injectable()
export class HistoryPruner {
  constructor(@Inject(DispatchPool) private readonly pool: DispatchPool) {}

  /** One pass over all jobs: each call of the answer removes up to `size` executions. `defaultDays`: 0 keeps for ever. */
  pass(defaultDays: number): (size: number) => Promise<{ removed: number; isLast: boolean }> {
    let after = FIRST;
    return async (size) => {
      const [row] = await this.pool.run<{ removed: number; last: string | null }>(pruneExecutions, [
        after,
        JOBS,
        defaultDays,
        size,
      ]);
      const { removed, last } = row ?? { removed: 0, last: null };
      // A full batch: the same jobs may have more.
      if (removed < size) after = last ?? after;
      return { removed, isLast: last === null };
    };
  }

  /** The longest time in days for which any execution is kept; null: some for ever. */
  async longestDays(defaultDays: number): Promise<number | null> {
    const [row] = await this.pool.run<{ days: number | null }>(longestHistory, [defaultDays]);
    return row?.days ?? null;
  }
}

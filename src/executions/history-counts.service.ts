import { Inject, Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { chooseNextCount } from './sql/choose-next-count.js';
import { countFurther } from './sql/count-further.js';
import { lockCountingMark } from './sql/lock-counting-mark.js';

interface Mark {
  readonly countedThrough: string;
  readonly nextThrough: string | null;
  readonly isSettled: boolean;
}

/**
 * Counts executions once, in the order of their numbers, so that totals need to count the latest ones only. Never counts where an execution may still come to be: a number is counted
 * when all transactions are over that ran when it was long given.
 */
@Injectable()
export class HistoryCounts {
  constructor(@Inject(DispatchPool) private readonly pool: DispatchPool) {}

  /**
   * One pass: each call of the answer counts up to `size` numbers. What is new since the last pass is counted by the next one but one; passes should be minutes apart.
   */
  pass(): (size: number) => Promise<{ counted: number; isLast: boolean }> {
    return (size) =>
      this.pool.transaction(async (client) => {
        const [mark] = await client.run<Mark & Record<string, unknown>>(lockCountingMark, []);
        if (mark === undefined) return { counted: 0, isLast: true };
        const from = Number(mark.countedThrough);
        const upTo = Number(mark.nextThrough ?? from);
        const to = mark.isSettled ? Math.min(upTo, from + size) : from;
        if (to > from) await client.run(countFurther, [from, to]);
        const isLast = !mark.isSettled || to >= upTo;
        if (isLast) await client.run(chooseNextCount, [mark.isSettled]);
        return { counted: Math.max(0, to - from), isLast };
      });
  }
}

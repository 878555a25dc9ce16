import { Injectable } from '@nestjs/common';
import { DispatchPool } from '../database/dispatch-pool.js';
import { databaseClock } from './sql/database-clock.js';
import { dueTriggers } from './sql/due-triggers.js';
import { triggersById } from './sql/triggers-by-id.js';
import type { ScheduleColumns } from './stored-schedule.js';
import type { MisfirePolicy } from '../calendar/schedule.js';

/** A trigger that has a next instant, as the scheduler needs it. */
export interface DueTrigger extends ScheduleColumns {
  readonly id: string;
  readonly version: number;
  readonly nextFireAt: Date;
  readonly maxRuns: number | null;
  readonly runCount: number;
  readonly jitterMs: number;
  readonly misfirePolicy: MisfirePolicy;
  readonly misfireGraceMs: number;
  readonly misfireCap: number;
  readonly catchUpWindowMs: number | null;
}

const PAGE = 5_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** The side of the triggers that the scheduler reads. */
@Injectable()
export class DueTriggers {
  constructor(private readonly pool: DispatchPool) {}

  /** All triggers that fire within `horizonMs` from now or should have fired already, in pages, soonest first. */
  async *within(horizonMs: number): AsyncGenerator<DueTrigger[]> {
    let last: Pick<DueTrigger, 'nextFireAt' | 'id'> = { nextFireAt: new Date(0), id: NO_ID };
    for (;;) {
      const page = await this.pool.run<DueTrigger>(dueTriggers, [horizonMs, last.nextFireAt, last.id, PAGE]);
      if (page.length > 0) yield page;
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE) return;
      last = end;
    }
  }

  /** The given triggers, without those that have no next instant. */
  byIds(ids: readonly string[]): Promise<DueTrigger[]> {
    return this.pool.run<DueTrigger>(triggersById, [ids]);
  }

  /** Milliseconds by which the database's clock is ahead of `localNowMs()`, give or take half a round trip. */
  async clockOffsetMs(localNowMs: () => number): Promise<number> {
    const before = localNowMs();
    const [row] = await this.pool.run<{ nowMs: string }>(databaseClock, []);
    const after = localNowMs();
    return row === undefined ? 0 : Number(row.nowMs) - (before + after) / 2;
  }
}

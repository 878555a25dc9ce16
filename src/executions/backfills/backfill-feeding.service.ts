import { Injectable } from '@nestjs/common';
import { instantsAfter, instantsBefore } from '../../calendar/instant-range.js';
import { Announcements, type News } from '../../database/announcements.js';
import { DispatchPool, type Queryable } from '../../database/dispatch-pool.js';
import { newId } from '../../kernel/ids.js';
import type { Backfill } from './backfill.entity.js';
import { thaw } from './frozen-schedule.js';
import { endBackfill } from './sql/end-backfill.js';
import { feedBackfill } from './sql/feed-backfill.js';
import { jobRoom } from './sql/job-room.js';
import { lockBackfill } from './sql/lock-backfill.js';
import { markFed } from './sql/mark-fed.js';
import { reapBackfill } from './sql/reap-backfill.js';
import { unfinishedBackfills } from './sql/unfinished-backfills.js';

/** Instants that one step looks at; those that have an execution already cost little. */
const CANDIDATES = 500;

/** Whether a step did anything, and what is to be announced of it. */
interface Step {
  readonly isProgress: boolean;
  readonly news?: News | undefined;
}

type Locked = Pick<
  Backfill,
  | 'id'
  | 'jobId'
  | 'fromAt'
  | 'toAt'
  | 'schedule'
  | 'direction'
  | 'maxConcurrency'
  | 'includeMissed'
  | 'state'
  | 'cursorAt'
  | 'isFed'
> & { orphaned: string | null };

/** Turns backfills into executions, a few at a time. Any replica may take any step; what is done stands in the rows. */
@Injectable()
export class BackfillFeeding {
  constructor(
    private readonly pool: DispatchPool,
    private readonly announcements: Announcements,
  ) {}

  /** Ids of the backfills that have something to do. */
  async unfinished(): Promise<string[]> {
    return (await this.pool.run<{ id: string }>(unfinishedBackfills, [])).map((row) => row.id);
  }

  /**
   * One step of a backfill in one transaction: counts the runs that have ended, and makes as many new ones as there is room for. Answers
   * whether anything happened; false also when another replica is at it.
   */
  async step(id: string): Promise<boolean> {
    const { isProgress, news } = await this.pool.transaction((tx) => this.stepTx(tx, id));
    if (news !== undefined) this.announcements.tell(news);
    return isProgress;
  }

  private async stepTx(tx: Queryable, id: string): Promise<Step> {
    const [backfill] = await tx.run<Locked>(lockBackfill, [id]);
    if (backfill === undefined) return { isProgress: false };
    const [runs] = await tx.run<{ ended: number; active: number }>(reapBackfill, [id]);
    const { ended, active } = runs ?? { ended: 0, active: 0 };
    if (backfill.state !== 'running') return { isProgress: ended > 0 };
    if (backfill.orphaned !== null) await tx.run(endBackfill, [id, 'cancelled', backfill.orphaned]);
    else if (!backfill.isFed) {
      const { isProgress, news } = await this.feedTx(tx, backfill, active);
      return { isProgress: isProgress || ended > 0, news };
    } else if (active > 0) return { isProgress: ended > 0 };
    else await tx.run(endBackfill, [id, 'completed', null]);
    return { isProgress: true };
  }

  private async feedTx(tx: Queryable, backfill: Locked, active: number): Promise<Step> {
    const free = backfill.maxConcurrency - active;
    if (free <= 0) return { isProgress: false };
    const [job] = await tx.run<{ room: number | null }>(jobRoom, [backfill.jobId]);
    const count = Math.min(free, job?.room ?? Infinity);
    if (count <= 0) return { isProgress: false };
    const candidates = candidatesOf(backfill);
    const values = [backfill.id, candidates.map(() => newId()), candidates.map((atMs) => new Date(atMs)), count];
    const [fed] = await tx.run<News & { taken: number }>(feedBackfill, values);
    const taken = fed?.taken ?? 0;
    const isLast = candidates.length < CANDIDATES && taken === candidates.length;
    if (isLast) await tx.run(markFed, [backfill.id]);
    return { isProgress: isLast || taken > 0, news: fed };
  }
}

/** The next instants to look at, in the order of the backfill. */
function candidatesOf({ schedule, direction, fromAt, toAt, cursorAt }: Locked): number[] {
  const compiled = thaw(schedule);
  if (direction === 'oldest_first')
    return instantsAfter(compiled, cursorAt?.getTime() ?? fromAt.getTime() - 1, toAt.getTime(), CANDIDATES);
  return instantsBefore(compiled, fromAt.getTime(), cursorAt?.getTime() ?? toAt.getTime() + 1, CANDIDATES);
}

import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../../context/request-context.js';
import { queryTx, type Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import type { ScheduleColumns } from '../stored-schedule.js';
import { tellTriggersTx } from '../tell-triggers.js';
import { nextOf } from '../trigger-writer.service.js';
import { CalendarBooks } from './calendar-books.service.js';
import { calendarUsers } from './sql/calendar-users.js';
import { lockCalendarJobs } from './sql/lock-calendar-jobs.js';
import { rearmTriggers } from './sql/rearm-triggers.js';

const BATCH = 1_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';

type User = ScheduleColumns & {
  id: string;
  maxRuns: number | null;
  runCount: number;
  nextFireAt: Date | null;
  paused: boolean;
};

/** Moves the triggers that name a calendar when it changes. */
@Injectable()
export class CalendarRearm {
  constructor(
    @Inject(CalendarBooks) private readonly books: CalendarBooks,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Gives every trigger that names the calendar `before` its next instant anew, and the name `after`. The calendar is changed and locked, so
   * that no trigger can come to use it meanwhile. What is overdue stays overdue if the new calendar lets it: nothing is lost to an edit that
   * falls into a downtime. Answers how many.
   */
  async usersTx(tx: Tx, before: string, after: string): Promise<number> {
    const tenantId = currentTenant().id;
    await queryTx(tx, lockCalendarJobs, [tenantId, before]);
    const now = this.clock.now();
    let last = NO_ID;
    for (let moved = 0; ;) {
      const users = await queryTx<User>(tx, calendarUsers, [tenantId, before, last, BATCH]);
      const renamed = users.map((user) => ({
        ...user,
        excludeCalendars: user.excludeCalendars.map((name) => (name === before ? after : name)),
        onlyCalendars: user.onlyCalendars.map((name) => (name === before ? after : name)),
      }));
      const book = await this.books.read(renamed, tx);
      const ids = renamed.map((user) => user.id);
      const instants = renamed.map((user) => (user.paused ? null : nextOf(user, book, beforeNext(user, now))));
      if (ids.length > 0) await queryTx(tx, rearmTriggers, [ids, instants, before, after]);
      await tellTriggersTx(tx, ids);
      moved += ids.length;
      last = ids.at(-1) ?? last;
      if (users.length < BATCH) return moved;
    }
  }
}

/** The moment after which to look for the next instant: now, or just before the one that is overdue. */
function beforeNext({ nextFireAt }: User, now: Date): Date {
  return nextFireAt !== null && nextFireAt <= now ? new Date(nextFireAt.getTime() - 1) : now;
}

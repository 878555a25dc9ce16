import type { MisfirePolicy, Schedule } from './schedule.js';

/**
 * Why an instant did not run. `misfire_skipped`: late under `skip`; `misfire_coalesced`: a later run stands for it;
 * `misfire_cap`: late, and as many later ones as the cap allows run; `catch_up_window`: older than the window.
 */
export type MissReason = 'misfire_skipped' | 'misfire_coalesced' | 'misfire_cap' | 'catch_up_window';

/** One due instant, ms since the epoch, and what becomes of it. */
export type PlannedOccurrence =
  { atMs: number; outcome: 'fire'; reason: null } | { atMs: number; outcome: 'missed'; reason: MissReason };

/** What to do about everything that is due, in ascending order. */
export interface FiringPlan {
  occurrences: PlannedOccurrence[];
  /** Where the next plan starts: the next instant ahead, one already due when the limit cut the plan, or null at the end. */
  nextFireAtMs: number | null;
  /** How many of the occurrences fire. */
  fired: number;
}

/** A due trigger, and how its misfire settings want it treated. */
export interface FiringQuestion {
  schedule: Schedule;
  /** The stored next instant; an instant of the schedule. */
  dueAtMs: number;
  nowMs: number;
  policy: MisfirePolicy;
  /** An instant at most this old is on time and fires by itself, whatever the policy. */
  graceMs: number;
  /** Most late instants that fire under `fire_all`. */
  cap: number;
  /** Late instants older than this are missed under `fire_once` and `fire_all`; null for no such bound. */
  catchUpWindowMs: number | null;
  /** Runs that the trigger has left, null for no bound. Missed instants cost none. */
  remainingRuns: number | null;
  /** Most occurrences in one plan, default 10,000. */
  limit?: number;
}

const DEFAULT_LIMIT = 10_000;

/**
 * Decides about every instant from `dueAtMs` to `nowMs`. When more than `limit` are due the plan covers the first of them
 * and `nextFireAtMs` is due already: asking again from there (with the same `nowMs` and the runs left) gives, plan after
 * plan, exactly what one unbounded plan would say.
 */
export function planFiring(question: FiringQuestion): FiringPlan {
  const { schedule, dueAtMs, nowMs, limit = DEFAULT_LIMIT } = question;
  const runs = question.remainingRuns ?? Infinity;
  if (runs <= 0) return { occurrences: [], nextFireAtMs: null, fired: 0 };
  const ahead = new DueInstants(schedule, dueAtMs, nowMs, nowMs - question.graceMs);
  const occurrences: PlannedOccurrence[] = [];
  let fired = 0;
  while (occurrences.length < Math.max(limit, 1)) {
    const atMs = ahead.peek();
    if (atMs === null || atMs > nowMs) break;
    const reason = missReason(atMs, question, ahead);
    occurrences.push(reason === null ? { atMs, outcome: 'fire', reason } : { atMs, outcome: 'missed', reason });
    if (reason === null) fired++;
    if (fired >= runs) return { occurrences, nextFireAtMs: null, fired };
    ahead.drop();
  }
  return { occurrences, nextFireAtMs: ahead.peek(), fired };
}

/** Null when the instant, the first of those ahead, fires. What happens to it depends only on itself and on later ones. */
function missReason(atMs: number, question: FiringQuestion, ahead: DueInstants): MissReason | null {
  const { nowMs, policy, graceMs, cap, catchUpWindowMs } = question;
  if (nowMs - atMs <= graceMs) return null;
  if (policy === 'skip') return 'misfire_skipped';
  if (catchUpWindowMs !== null && nowMs - atMs > catchUpWindowMs) return 'catch_up_window';
  // Any later due instant fires, or is itself stood for by one that does.
  if (policy === 'fire_once') return ahead.hasDueAfterFirst() ? 'misfire_coalesced' : null;
  return ahead.hasLateAfterFirst(cap) ? 'misfire_cap' : null;
}

/** The instants of a schedule from the first due one, looked at no further ahead than asked. */
class DueInstants {
  private readonly found: (number | null)[];
  private head = 0;
  /** Index of the last instant known to be late, or of the first one. */
  private lateUpTo = 0;

  constructor(
    private readonly schedule: Schedule,
    dueAtMs: number,
    private readonly nowMs: number,
    private readonly onTimeFromMs: number,
  ) {
    this.found = [dueAtMs];
  }

  /** The first instant, due or not, or null when the schedule has ended. */
  peek(): number | null {
    return this.at(0);
  }

  drop(): void {
    this.at(1);
    this.head++;
  }

  hasDueAfterFirst(): boolean {
    const next = this.at(1);
    return next !== null && next <= this.nowMs;
  }

  /** Whether at least `count` late instants follow the first one. */
  hasLateAfterFirst(count: number): boolean {
    // Ascending order: late ones come first, so one pointer over them serves all questions of a plan.
    for (let last = this.head + count; this.lateUpTo < last; this.lateUpTo++) {
      const next = this.at(this.lateUpTo + 1 - this.head);
      if (next === null || next >= this.onTimeFromMs) return false;
    }
    return true;
  }

  private at(index: number): number | null {
    while (this.found.length <= this.head + index) {
      const last = this.found.at(-1) ?? null;
      if (last === null) return null;
      this.found.push(this.schedule.next(last));
    }
    return this.found[this.head + index] ?? null;
  }
}

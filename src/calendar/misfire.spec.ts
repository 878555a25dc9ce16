import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFiring, type FiringPlan, type FiringQuestion, type PlannedOccurrence } from './misfire.js';
import { compileSchedule, MISFIRE_POLICIES } from './schedule.js';

const SECOND_MS = 1000;
const everySecond = compileSchedule({ kind: 'interval', everyMs: SECOND_MS, anchorAtMs: 0 }, { timeZone: 'UTC' });

/** Due at 0 s and every second from then on; the answers are in seconds. */
function plan(question: Partial<FiringQuestion>): FiringPlan {
  return planFiring({
    schedule: everySecond,
    dueAtMs: 0,
    nowMs: 5 * SECOND_MS,
    policy: 'fire_once',
    graceMs: 500,
    cap: 2,
    catchUpWindowMs: null,
    remainingRuns: null,
    ...question,
  });
}

/** `0:misfire_cap 1:fire` and so on. */
const told = ({ occurrences }: FiringPlan): string =>
  occurrences.map(({ atMs, reason }) => `${String(atMs / SECOND_MS)}:${reason ?? 'fire'}`).join(' ');

describe('planFiring', () => {
  it.each<[string, Partial<FiringQuestion>, string, number | null]>([
    ['fires nothing before the due instant', { nowMs: -1 }, '', 0],
    ['fires one that is exactly due', { nowMs: 0 }, '0:fire', 1],
    ['fires each that is within the grace', { nowMs: 2000, graceMs: 2000, policy: 'skip' }, '0:fire 1:fire 2:fire', 3],
    ['counts an age of exactly the grace as on time', { nowMs: 500, policy: 'skip' }, '0:fire', 1],
    ['counts an age of one ms more as late', { nowMs: 501, policy: 'skip' }, '0:misfire_skipped', 1],
    [
      'skip: drops the late ones and fires the one on time',
      { policy: 'skip', nowMs: 3000 },
      '0:misfire_skipped 1:misfire_skipped 2:misfire_skipped 3:fire',
      4,
    ],
    [
      'fire_once: lets the one on time stand for the late ones',
      { nowMs: 3000 },
      '0:misfire_coalesced 1:misfire_coalesced 2:misfire_coalesced 3:fire',
      4,
    ],
    [
      'fire_once: fires the latest late one when none is on time',
      { nowMs: 3600 },
      '0:misfire_coalesced 1:misfire_coalesced 2:misfire_coalesced 3:fire',
      4,
    ],
    [
      'fire_all: fires the latest late ones up to the cap, and the one on time besides',
      { policy: 'fire_all', nowMs: 4000 },
      '0:misfire_cap 1:misfire_cap 2:fire 3:fire 4:fire',
      5,
    ],
    [
      'fire_all: does not count what is just on time towards the cap',
      { policy: 'fire_all', nowMs: 4000, graceMs: 1000 },
      '0:misfire_cap 1:fire 2:fire 3:fire 4:fire',
      5,
    ],
    [
      'fire_all: fires all when they are fewer than the cap',
      { policy: 'fire_all', nowMs: 1600, cap: 9 },
      '0:fire 1:fire',
      2,
    ],
    [
      'fire_all: with a cap of none fires only what is on time',
      { policy: 'fire_all', nowMs: 2000, cap: 0 },
      '0:misfire_cap 1:misfire_cap 2:fire',
      3,
    ],
    [
      'leaves out what is older than the catch-up window',
      { policy: 'fire_all', nowMs: 4000, cap: 9, catchUpWindowMs: 2000 },
      '0:catch_up_window 1:catch_up_window 2:fire 3:fire 4:fire',
      5,
    ],
    [
      'fire_once: fires nothing when all lie before the window',
      { nowMs: 1600, catchUpWindowMs: 550 },
      '0:catch_up_window 1:catch_up_window',
      2,
    ],
    ['keeps no window under skip', { policy: 'skip', nowMs: 600, catchUpWindowMs: 1 }, '0:misfire_skipped', 1],
    ['fires one on time even if the window is shorter than the grace', { nowMs: 400, catchUpWindowMs: 1 }, '0:fire', 1],
    [
      'ends with the last run and tells nothing of what follows',
      { policy: 'fire_all', nowMs: 4000, cap: 9, remainingRuns: 2 },
      '0:fire 1:fire',
      null,
    ],
    [
      'spends no run on missed instants',
      { nowMs: 2000, remainingRuns: 1 },
      '0:misfire_coalesced 1:misfire_coalesced 2:fire',
      null,
    ],
    [
      'goes on when a run is left',
      { nowMs: 2000, remainingRuns: 2 },
      '0:misfire_coalesced 1:misfire_coalesced 2:fire',
      3,
    ],
    ['says nothing when no run is left', { remainingRuns: 0 }, '', null],
    [
      'stops at the limit with an instant that is due already',
      { policy: 'fire_all', limit: 3 },
      '0:misfire_cap 1:misfire_cap 2:misfire_cap',
      3,
    ],
  ])('%s', (_name, question, occurrences, nextSeconds) => {
    const answer = plan(question);
    expect(told(answer)).toBe(occurrences);
    expect(answer.nextFireAtMs).toBe(nextSeconds === null ? null : nextSeconds * SECOND_MS);
    expect(answer.fired).toBe(answer.occurrences.filter(({ outcome }) => outcome === 'fire').length);
  });

  it('has no next instant after the end of the schedule', () => {
    const schedule = compileSchedule({ kind: 'date', atMs: 0 }, { timeZone: 'UTC' });
    expect(plan({ schedule })).toEqual({
      occurrences: [{ atMs: 0, outcome: 'fire', reason: null }],
      nextFireAtMs: null,
      fired: 1,
    });
  });

  it('covers 10,000 of a year of missed seconds in one plan, looking no further ahead than it must', () => {
    let asked = 0;
    const schedule = { ...everySecond, next: (afterMs: number) => (asked++, everySecond.next(afterMs)) };
    const answer = plan({ schedule, policy: 'fire_all', nowMs: 31_536_000_000, cap: 100 });
    expect(answer.occurrences).toHaveLength(10_000);
    expect(answer.fired).toBe(0);
    expect(answer.nextFireAtMs).toBe(10_000 * SECOND_MS);
    expect(asked).toBe(10_099);
  });
});

/** The rules of the policies applied to the whole list of due instants at once. */
function wholePlan(q: FiringQuestion): PlannedOccurrence[] {
  const due: number[] = [];
  for (let at: number | null = q.dueAtMs; at !== null && at <= q.nowMs; at = q.schedule.next(at)) due.push(at);
  const isLate = (at: number): boolean => q.nowMs - at > q.graceMs;
  const isOld = (at: number): boolean => q.catchUpWindowMs !== null && q.nowMs - at > q.catchUpWindowMs;
  const candidates = due.filter((at) => isLate(at) && !isOld(at));
  const isAnyOnTime = due.some((at) => !isLate(at));
  const once = isAnyOnTime ? [] : candidates.slice(-1);
  const all = q.cap === 0 ? [] : candidates.slice(-q.cap);
  const decided = due.map((atMs): PlannedOccurrence => {
    const fire = { atMs, outcome: 'fire', reason: null } as const;
    if (!isLate(atMs)) return fire;
    if (q.policy === 'skip') return { atMs, outcome: 'missed', reason: 'misfire_skipped' };
    if (isOld(atMs)) return { atMs, outcome: 'missed', reason: 'catch_up_window' };
    if ((q.policy === 'fire_once' ? once : all).includes(atMs)) return fire;
    return { atMs, outcome: 'missed', reason: q.policy === 'fire_once' ? 'misfire_coalesced' : 'misfire_cap' };
  });
  if (q.remainingRuns === null) return decided;
  if (q.remainingRuns === 0) return [];
  const lastRun = decided.filter(({ outcome }) => outcome === 'fire')[q.remainingRuns - 1];
  return lastRun === undefined ? decided : decided.slice(0, decided.indexOf(lastRun) + 1);
}

describe('repeated plans', () => {
  it('say together what the rules say of all due instants at once', () => {
    // Coarse, so that ages often equal the grace or the window.
    const halfSeconds = (min: number, max: number) => fc.integer({ min, max }).map((n) => n * 500);
    const question = fc.record({
      everyMs: halfSeconds(2, 10),
      endAtMs: fc.option(halfSeconds(0, 240), { nil: null }),
      nowMs: halfSeconds(-2, 240),
      policy: fc.constantFrom(...MISFIRE_POLICIES),
      graceMs: halfSeconds(0, 60),
      cap: fc.integer({ min: 0, max: 12 }),
      catchUpWindowMs: fc.option(halfSeconds(0, 240), { nil: null }),
      remainingRuns: fc.option(fc.integer({ min: 0, max: 15 }), { nil: null }),
      limit: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(question, ({ everyMs, endAtMs, ...rest }) => {
        const schedule = compileSchedule({ kind: 'interval', everyMs, anchorAtMs: 0 }, { timeZone: 'UTC', endAtMs });
        const whole: FiringQuestion = { schedule, dueAtMs: 0, ...rest };
        const passes: PlannedOccurrence[] = [];
        let dueAtMs: number | null = 0;
        let { remainingRuns } = rest;
        do {
          const part: FiringPlan = planFiring({ ...whole, dueAtMs, remainingRuns });
          if (part.occurrences.length > rest.limit) throw new Error('over the limit');
          passes.push(...part.occurrences);
          dueAtMs = part.nextFireAtMs;
          if (remainingRuns !== null) remainingRuns -= part.fired;
        } while (dueAtMs !== null && dueAtMs <= rest.nowMs);
        expect(passes).toEqual(wholePlan(whole));

        const isSpent = remainingRuns === 0;
        const lastDue = passes.at(-1)?.atMs;
        const following = lastDue === undefined ? 0 : schedule.next(lastDue);
        expect(dueAtMs).toBe(isSpent ? null : following);
      }),
      { seed: 4, numRuns: 800 },
    );
  });
});

// Random expressions against two independent libraries, in random zones and years. They are not asked within two days of an
// offset change: croner fires a gap at its end and cron-parser an hour later, each has one fixed answer where we have
// policies, and an hour that comes twice is theirs once. test/proofs/dst.test.ts covers those days.
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from './civil-date.js';
import { compileSchedule } from './schedule.js';
import { zoneRules } from './zone-rules.js';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
];

/** A list of one to three parts: value, range, range with step, open step. */
function numbers(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map(([a, b]) => `${String(Math.min(a, b))}-${String(Math.max(a, b))}`);
  const step = fc.integer({ min: 1, max: Math.max(1, Math.floor((max - min) / 2)) });
  const part = fc.oneof(
    { weight: 3, arbitrary: value.map(String) },
    { weight: 1, arbitrary: range },
    { weight: 1, arbitrary: fc.tuple(range, step).map(([r, n]) => `${r}/${String(n)}`) },
  );
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
}

const star = fc.constant('*');
const starStep = (max: number) => fc.integer({ min: 1, max }).map((n) => `*/${String(n)}`);
const clock = {
  second: fc.oneof(fc.constant('0'), star, starStep(30), numbers(0, 59)),
  minute: fc.oneof(star, starStep(30), numbers(0, 59), numbers(0, 59)),
  hour: fc.oneof(star, starStep(12), numbers(0, 23), numbers(0, 23)),
};
const month = fc.oneof(star, star, starStep(6), numbers(1, 12), fc.constantFrom('jan', 'FEB', 'mar-jun', 'Sep,dec'));
const days: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(['*', '*']) },
  { weight: 2, arbitrary: fc.tuple(numbers(1, 31), star) },
  {
    weight: 2,
    arbitrary: fc.tuple(star, fc.oneof(numbers(0, 6), fc.constantFrom('mon-fri', 'SUN', 'tue,thu', '7', '5-7'))),
  },
  { weight: 2, arbitrary: fc.tuple(numbers(1, 31), numbers(0, 6)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('L', 'L,15', '1,L'), star) },
  { weight: 1, arbitrary: fc.tuple(star, fc.constantFrom('5L', '0L', '2L', '1#1', '5#2', '3#3', '6#5', '0#4')) },
);
/** What only croner knows of the two. */
const daysOfCroner: fc.Arbitrary<readonly string[]> = fc.oneof(
  days,
  fc.tuple(fc.constantFrom('15W', '1W', '31W', '1W,15W', 'LW'), star),
);

const expression = (dayFields: fc.Arbitrary<readonly string[]>) =>
  fc
    .tuple(clock.second, clock.minute, clock.hour, dayFields, month)
    .map(
      ([second, minute, hour, [day = '', weekday = ''], mon]) => `${second} ${minute} ${hour} ${day} ${mon} ${weekday}`,
    );
const after = fc
  .integer({ min: Date.UTC(1975, 0, 1) / 1000, max: Date.UTC(2090, 0, 1) / 1000 })
  .map((seconds) => seconds * 1000);

const isNearChange = (zone: string, atMs: number): boolean =>
  zoneRules(zone).offsetAt(atMs - 2 * DAY_MS) !== zoneRules(zone).offsetAt(atMs + 2 * DAY_MS);

interface Tally {
  compared: number;
}

function compare(
  zone: string,
  cron: string,
  startMs: number,
  oracle: (afterMs: number) => number | null,
  tally: Tally,
): void {
  const schedule = compileSchedule({ kind: 'cron', expression: cron }, { timeZone: zone });
  let afterMs = startMs;
  for (let round = 0; round < 3; round++) {
    if (isNearChange(zone, afterMs)) return;
    const ours = schedule.next(afterMs);
    const theirs = oracle(afterMs);
    if (theirs === null || ours === null) {
      // They give up after some years or decades; then ours may only be later than that.
      if (ours === null) expect(theirs).toBeNull();
      return;
    }
    if (isNearChange(zone, theirs) || isNearChange(zone, ours)) return;
    tally.compared++;
    expect(`${cron} in ${zone} after ${String(afterMs)}: ${new Date(ours).toISOString()}`).toBe(
      `${cron} in ${zone} after ${String(afterMs)}: ${new Date(theirs).toISOString()}`,
    );
    afterMs = theirs;
  }
}

describe('next', () => {
  it('agrees with croner', () => {
    const tally = { compared: 0 };
    fc.assert(
      fc.property(expression(daysOfCroner), fc.constantFrom(...ZONES), after, (cron, zone, startMs) => {
        const job = new Cron(cron, { timezone: zone, paused: true });
        compare(zone, cron, startMs, (afterMs) => job.nextRun(new Date(afterMs))?.getTime() ?? null, tally);
      }),
      { seed: 20260329, numRuns: 250 },
    );
    expect(tally.compared).toBeGreaterThan(400);
  });

  it('agrees with cron-parser', () => {
    const tally = { compared: 0 };
    fc.assert(
      fc.property(expression(days), fc.constantFrom(...ZONES), after, (cron, zone, startMs) => {
        const oracle = (afterMs: number): number | null => {
          try {
            return CronExpressionParser.parse(cron, { tz: zone, currentDate: new Date(afterMs) })
              .next()
              .getTime();
          } catch {
            return null; // it gives up on dates that are years away
          }
        };
        compare(zone, cron, startMs, oracle, tally);
      }),
      { seed: 20261025, numRuns: 250 },
    );
    expect(tally.compared).toBeGreaterThan(400);
  });
});

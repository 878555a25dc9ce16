// DST policies against brute force: every zone that this Node knows, every offset change of ten years, all policies. The short form
// takes the oddest changes there are and some drawn by the seed.
import { expect, it } from 'vitest';
import { compileSchedule, type Schedule, type ScheduleSpec } from '../../src/calendar/schedule.js';
import { proofSettings, randomFrom, report } from './proof-settings.js';
import {
  expected,
  expectedDropped,
  POLICIES,
  readWallClock,
  valuesOf,
  wantedTimes,
  windowsOf,
  type Policy,
  type WallClock,
} from './wall-clock-oracle.js';

/** Zones with the years whose offset changes are tried, each chosen for what is odd about it. */
const ODD: [zone: string, years: number[]][] = [
  ['America/New_York', [2026, 2061]],
  ['Europe/Berlin', [2026]],
  ['Australia/Lord_Howe', [2026]], // half an hour
  ['America/Sao_Paulo', [2017]], // gap at midnight
  ['Asia/Beirut', [2026]], // gap at midnight, overlap back over it
  ['Africa/Casablanca', [2026]], // forward and back within five weeks, standard time being the summer one
  ['Antarctica/Troll', [2026]], // two hours
  ['Pacific/Apia', [2011]], // a whole day that never was
  ['Asia/Gaza', [2040]], // two changes within a week
  ['Asia/Kathmandu', [1985, 1986]], // a quarter of an hour, once
  ['Asia/Kolkata', [2026]], // none
];

const EXPRESSIONS = [
  '30 2 * * *',
  '0,15,30,45 1-3 * * *',
  '0 0,2,3 * * *',
  '*/10 2 * * *',
  '5 */2 * * *',
  '30 0 * * *',
  '59 23 * * *',
  '0 1,2 * * 0',
  '15 3 28-31 * *',
  '0 12 30 12 *',
  '*/15 * * * *',
  '7 * * * *',
  '0 0-23 * * *',
];

/** Recurrence rules that mean the same as one of the expressions. */
const RRULES: Readonly<Record<string, string>> = {
  '30 2 * * *': 'FREQ=DAILY;BYHOUR=2;BYMINUTE=30',
  '0,15,30,45 1-3 * * *': 'FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,15,30,45',
};

const settings = proofSettings();
const random = randomFrom(settings.seed);
const FIRST_YEAR = 2026;
const YEARS = Array.from({ length: 10 }, (_, n) => FIRST_YEAR + n);
/** Zones that the short form draws, with one year each. */
const DRAWN = 6;

/** Each zone with the years to look at. */
function zonesToProve(): [zone: string, years: number[]][] {
  const all = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])];
  if (settings.isLong) return [...all.map((zone): [string, number[]] => [zone, YEARS]), ...ODD];
  const drawn = Array.from({ length: DRAWN }, (): [string, number[]] => [
    all[Math.floor(random() * all.length)] ?? 'UTC',
    [YEARS[Math.floor(random() * YEARS.length)] ?? FIRST_YEAR],
  ]);
  return [...ODD, ...drawn];
}

/** What the calendar says of the window, as the oracle words it. */
function actual(schedule: Schedule, clock: WallClock): string[] {
  const found: string[] = [];
  for (let afterMs = clock.startMs - 1; ;) {
    const next = schedule.nextMarked(afterMs);
    if (next === null || next.atMs >= clock.startMs + clock.minutes.length * 60_000) return found;
    if (next.atMs <= afterMs) throw new Error(`${String(next.atMs)} is not after ${String(afterMs)}`);
    found.push(`${new Date(next.atMs).toISOString()} ${String(next.dst)}`);
    afterMs = next.atMs;
  }
}

/** What the calendar says that the policies leave out, as the oracle words it. */
function actuallyDropped(schedule: Schedule, clock: WallClock): string[] {
  const endMs = clock.startMs + clock.minutes.length * 60_000;
  return schedule
    .dropped(clock.startMs - 1, endMs - 1)
    .map(({ atMs, reason, wallMs }) => `${new Date(atMs).toISOString()} ${reason} ${String(wallMs / 60_000)}`);
}

/** Zones share their rules: what the wall clock shows in a window, as its jumps. Equal windows have equal answers. */
function shapeOf({ startMs, minutes }: WallClock): string {
  const jumps = minutes.flatMap((wall, index) =>
    index === 0 || wall !== (minutes[index - 1] ?? 0) + 1 ? [index, wall] : [],
  );
  return [startMs, ...jumps].join();
}

const MOST_ANSWERS = 100_000;
/** By shape of the window, expression and policy. */
const answers = new Map<string, string[]>();
const wanted = new Map<string, number[]>();
function answerOf(shape: string, clock: WallClock, expression: string, policy: Policy): string[] {
  const key = `${shape} ${expression} ${policy.gap} ${policy.overlap}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    const times = wanted.get(`${shape} ${expression}`) ?? wantedTimes(clock, expression);
    wanted.set(`${shape} ${expression}`, times);
    const isEveryHour = valuesOf(expression.split(' ')[1] ?? '', 0, 23).size === 24;
    answer = [...expected(clock, times, isEveryHour, policy), ...expectedDropped(clock, times, isEveryHour, policy)];
    answers.set(key, answer);
  }
  return answer;
}

it('DST policies are what their definition says', { timeout: 3_600_000 }, async () => {
  const figures = { zones: 0, 'windows round offset changes': 0, comparisons: 0, instants: 0 };
  for (const [zone, years] of zonesToProve()) {
    figures.zones++;
    // Lets the test runner breathe, and keeps the answers of a part of the world only.
    await new Promise(setImmediate);
    if (answers.size > MOST_ANSWERS) {
      answers.clear();
      wanted.clear();
    }
    if (settings.isLong && figures.zones % 50 === 0) report('dst', settings, figures);
    for (const [startMs, endMs] of years.flatMap((year) => windowsOf(zone, year))) {
      const clock = readWallClock(zone, startMs, endMs);
      const shape = shapeOf(clock);
      figures['windows round offset changes']++;
      for (const policy of POLICIES) {
        for (const expression of EXPRESSIONS) {
          const answer = answerOf(shape, clock, expression, policy);
          const rrule = RRULES[expression];
          const specs: ScheduleSpec[] = [{ kind: 'cron', expression }];
          if (rrule !== undefined) specs.push({ kind: 'rrule', text: `DTSTART:19700101T000000\nRRULE:${rrule}` });
          for (const spec of specs) {
            const schedule = compileSchedule(spec, { timeZone: zone, dstGap: policy.gap, dstOverlap: policy.overlap });
            const found = [...actual(schedule, clock), ...actuallyDropped(schedule, clock)];
            figures.comparisons++;
            figures.instants += found.length;
            // Comparing with `expect` costs a hundred times more, so only what differs goes through it.
            if (found.join() !== answer.join())
              expect([zone, JSON.stringify(spec), policy, ...found]).toEqual([
                zone,
                JSON.stringify(spec),
                policy,
                ...answer,
              ]);
          }
        }
      }
    }
  }
  report('dst', settings, figures);
  expect(figures.comparisons).toBeGreaterThan(0);
});

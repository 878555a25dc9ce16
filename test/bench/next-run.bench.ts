import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { compileSchedule } from '../../src/calendar/schedule.js';
import { peerVersion } from './machine.js';
import type { Part } from './part.js';
import { BENCH } from './places.js';
import { OURS, type Goal, type Row } from './report.js';
import { median } from './statistics.js';

const CASES: [expression: string, timeZone: string][] = [
  ['*/5 * * * *', 'UTC'],
  ['*/5 * * * *', 'Europe/Berlin'],
  ['* * * * * *', 'America/New_York'],
  ['30 2 * * *', 'Europe/Berlin'],
  ['0 9 * * mon-fri', 'America/New_York'],
  ['0 0 13 * 5', 'UTC'],
  ['0 12 * * 5#2', 'Asia/Kolkata'],
  ['0 0 L * *', 'Australia/Lord_Howe'],
  ['0 0 29 2 *', 'Europe/Berlin'],
];
const START_MS = Date.UTC(2026, 0, 1);
const FACTOR = 10;
/** Ours is so short that a round needs more steps to be seen. */
const OUR_STEPS = 2_000;
const THEIR_STEPS = 30;

type Next = (afterMs: number) => number | null;

/** Next-run arithmetic. */
export const nextRunPart: Part = {
  name: 'next-run',
  about: 'the next run of a cron expression, beside croner, cron-parser and cron',
  async run(bench) {
    const cron = await loadCron();
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const [expression, timeZone] of CASES) {
      const what = `\`${expression}\` ${timeZone}`;
      const found: [string, Next, number][] = [
        [OURS, ours(expression, timeZone), OUR_STEPS],
        ['croner', croner(expression, timeZone), THEIR_STEPS],
        ['cron-parser', cronParser(expression, timeZone), THEIR_STEPS],
      ];
      const theirs = cron?.(expression, timeZone);
      if (theirs) found.push(['cron', theirs, THEIR_STEPS]);
      const medians = found.map(([who, next, steps]) => {
        const values = stepsUs(next, steps, bench.options.rounds);
        rows.push({ what, who, unit: 'µs', values });
        return median(values);
      });
      const [our = NaN, ...others] = medians;
      const ratio = Math.min(...others) / our;
      goals.push({
        goal: `${what}: ${FACTOR} times the fastest library`,
        found: `${ratio.toFixed(0)} times`,
        isReached: ratio >= FACTOR,
      });
    }
    return {
      title: 'Next-run arithmetic',
      measured:
        'Time of one step from an instant to the next, in a loop that goes on from each result, compiled before. A library that cannot read an expression is missing there.',
      rows,
      goals,
    };
  },
};

/** Microseconds for one step in each round, after one for warming up. */
function stepsUs(next: Next, steps: number, rounds: number): number[] {
  const found: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    let afterMs = START_MS;
    const startedMs = performance.now();
    for (let step = 0; step < steps; step++) afterMs = next(afterMs) ?? START_MS;
    if (round > 0) found.push(((performance.now() - startedMs) * 1000) / steps);
  }
  return found;
}

function ours(expression: string, timeZone: string): Next {
  const schedule = compileSchedule({ kind: 'cron', expression }, { timeZone });
  return (afterMs) => schedule.next(afterMs);
}

function croner(expression: string, timeZone: string): Next {
  const cron = new Cron(expression, { timezone: timeZone, paused: true });
  return (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? null;
}

function cronParser(expression: string, timeZone: string): Next {
  const parsed = CronExpressionParser.parse(expression, { tz: timeZone, currentDate: new Date(START_MS) });
  return () => {
    if (!parsed.hasNext()) parsed.reset(new Date(START_MS));
    return parsed.next().getTime();
  };
}

interface CronPackage {
  readonly CronTime: new (
    expression: string,
    timeZone: string,
  ) => {
    getNextDateFrom(start: Date, timeZone: string): { toMillis(): number };
  };
}

/** The package `cron`, which is installed with the peers; it refuses some of the expressions. */
async function loadCron(): Promise<((expression: string, timeZone: string) => Next | null) | null> {
  if (peerVersion('cron') === null) {
    console.log('Skipped: cron, because it is not installed (npm --prefix test/bench install).');
    return null;
  }
  const file = createRequire(join(BENCH, 'package.json')).resolve('cron');
  const { CronTime } = (await import(pathToFileURL(file).href)) as CronPackage;
  return (expression, timeZone) => {
    try {
      const time = new CronTime(expression, timeZone);
      const next: Next = (afterMs) => time.getNextDateFrom(new Date(afterMs), timeZone).toMillis();
      // It finds no date for some that it can read.
      stepsUs(next, THEIR_STEPS, 0);
      return next;
    } catch {
      return null;
    }
  };
}

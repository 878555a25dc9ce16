/**
 * Time for one next run: our calendar beside croner and cron-parser, same expressions, zones and instants.
 * Run it on the built output: `npx tsc -p tsconfig.json --outDir <folder>` and `node <folder>/test/bench/next-run.bench.js`.
 */
import { performance } from 'node:perf_hooks';
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { compileSchedule } from '../../src/calendar/schedule.js';

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
const ROUNDS = 15;

type Next = (afterMs: number) => number | null;

/** Microseconds for one step, the median of some rounds after one for warming up; each step goes on from the one before. */
function medianStepUs(next: Next, steps: number): number {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    let afterMs = START_MS;
    const startedMs = performance.now();
    for (let step = 0; step < steps; step++) afterMs = next(afterMs) ?? START_MS;
    if (round > 0) rounds.push(((performance.now() - startedMs) * 1000) / steps);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] ?? NaN;
}

/** Microseconds to compile, the median over some rounds. */
function medianCompileUs(compile: () => unknown): number {
  return medianStepUs((afterMs) => (compile(), afterMs + 1), 50);
}

const print = (cells: readonly unknown[]): void => {
  console.log(cells.map((cell, index) => String(cell).padEnd(index < 2 ? 20 : 13)).join(''));
};

print(['expression', 'zone', 'ours µs', 'croner µs', 'cron-parser', 'croner/ours', 'compile µs', 'croner']);
for (const [expression, timeZone] of CASES) {
  const compile = () => compileSchedule({ kind: 'cron', expression }, { timeZone });
  const schedule = compile();
  const cron = new Cron(expression, { timezone: timeZone, paused: true });
  const parsed = CronExpressionParser.parse(expression, { tz: timeZone, currentDate: new Date(START_MS) });
  const ours = medianStepUs((afterMs) => schedule.next(afterMs), 2000);
  const croner = medianStepUs((afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? null, 60);
  const cronParser = medianStepUs(() => {
    if (!parsed.hasNext()) parsed.reset(new Date(START_MS));
    return parsed.next().getTime();
  }, 30);
  print([
    expression,
    timeZone,
    ours.toFixed(3),
    croner.toFixed(1),
    cronParser.toFixed(1),
    Math.round(croner / ours),
    medianCompileUs(compile).toFixed(1),
    medianCompileUs(() => new Cron(expression, { timezone: timeZone, paused: true })).toFixed(1),
  ]);
}

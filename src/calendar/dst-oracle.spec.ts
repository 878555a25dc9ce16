// Every gap and overlap policy against brute force around real offset changes. The oracle knows nothing of offsets: it asks
// Intl what the wall clock shows at each minute of some days, and applies the definition of the policies to that list.
import { describe, expect, it } from 'vitest';
import { DAY_MS } from './civil-date.js';
import { compileSchedule, DST_GAP_POLICIES, DST_OVERLAP_POLICIES } from './schedule.js';

const MINUTE_MS = 60_000;

/** Zones with the years whose offset changes are tried, each chosen for what is odd about it. */
const CASES: [zone: string, years: number[]][] = [
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

/** What the wall clock shows, in minutes since 1970 as if it were UTC. */
interface WallClock {
  startMs: number;
  /** One entry per minute of real time. */
  minutes: number[];
  /** The instants at which it shows a time. */
  shownAt: Map<number, number[]>;
}

function readWallClock(zone: string, startMs: number, endMs: number): WallClock {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const clock: WallClock = { startMs, minutes: [], shownAt: new Map() };
  for (let atMs = startMs; atMs < endMs; atMs += MINUTE_MS) {
    const wall = Date.parse(`${format.format(atMs).replace(' ', 'T')}:00Z`) / MINUTE_MS;
    clock.minutes.push(wall);
    clock.shownAt.set(wall, [...(clock.shownAt.get(wall) ?? []), atMs]);
  }
  return clock;
}

/** Windows of some days round each day of the year at whose start the wall clock shows another time than the day before. */
function windowsOf(zone: string, year: number): [startMs: number, endMs: number][] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const windows: [number, number][] = [];
  let before = format.format(Date.UTC(year, 0, 1)).slice(11);
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += DAY_MS) {
    const now = format.format(day);
    const isApia = zone === 'Pacific/Apia' && now.startsWith('2011-12-31');
    if (now.slice(11) !== before || isApia) windows.push([day - 2 * DAY_MS, day + 1.5 * DAY_MS]);
    before = now.slice(11);
  }
  return windows.length > 0 ? windows : [[Date.UTC(year, 2, 26), Date.UTC(year, 2, 31)]];
}

/** Which values a field of the list above selects; only what those use. */
function valuesOf(field: string, min: number, max: number): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [span = '', step = '1'] = part.split('/');
    const [from, to] = span === '*' ? [min, max] : span.split('-').map(Number);
    for (let value = from ?? min; value <= (to ?? from ?? max); value += Number(step)) values.add(value);
  }
  return values;
}

/** Every wall-clock time that the expression asks for, from the first to the last that the clock shows, shown or not. */
function wantedTimes(clock: WallClock, expression: string): number[] {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.split(' ');
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const days = valuesOf(day, 1, 31);
  const months = valuesOf(month, 1, 12);
  const weekdays = valuesOf(weekday, 0, 6);
  const wanted: number[] = [];
  const last = Math.max(...clock.minutes);
  for (let wall = Math.min(...clock.minutes); wall <= last; wall++) {
    if (!minutes.has(wall % 60) || !hours.has(Math.floor(wall / 60) % 24)) continue;
    const date = new Date(wall * MINUTE_MS);
    const isDay = days.has(date.getUTCDate()) && weekdays.has(date.getUTCDay());
    if (isDay && months.has(date.getUTCMonth() + 1)) wanted.push(wall);
  }
  return wanted;
}

type Policy = { gap: (typeof DST_GAP_POLICIES)[number]; overlap: (typeof DST_OVERLAP_POLICIES)[number] };

/** Every instant of the window with its mark, by definition. */
function expected(clock: WallClock, wanted: readonly number[], isEveryHour: boolean, policy: Policy): string[] {
  const marks = new Map<number, string>();
  const keep = isEveryHour ? 'both' : policy.overlap;
  const missing: number[] = [];
  for (const wall of wanted) {
    const [first, second] = clock.shownAt.get(wall) ?? [];
    if (first === undefined) missing.push(wall);
    else if (second === undefined) marks.set(first, 'null');
    else {
      if (keep !== 'second') marks.set(first, 'overlap_first');
      if (keep !== 'first') marks.set(second, 'overlap_second');
    }
  }
  if (isEveryHour || policy.gap === 'skip') missing.length = 0;
  for (const wall of missing) {
    const after = clock.minutes.findIndex((shown) => shown > wall);
    const shifted = policy.gap === 'shift' ? wall - clock.minutes[after - 1]! - 1 : 0;
    const atMs = clock.startMs + (after + shifted) * MINUTE_MS;
    if (!marks.has(atMs)) marks.set(atMs, policy.gap === 'shift' ? 'gap_shifted' : 'gap_transition');
  }
  return [...marks].sort(([a], [b]) => a - b).map(([atMs, mark]) => `${new Date(atMs).toISOString()} ${mark}`);
}

function actual(clock: WallClock, zone: string, expression: string, policy: Policy): string[] {
  const schedule = compileSchedule(
    { kind: 'cron', expression },
    { timeZone: zone, dstGap: policy.gap, dstOverlap: policy.overlap },
  );
  const found: string[] = [];
  let afterMs = clock.startMs - 1;
  for (;;) {
    const next = schedule.nextMarked(afterMs);
    if (next === null || next.atMs >= clock.startMs + clock.minutes.length * MINUTE_MS) return found;
    if (next.atMs <= afterMs) throw new Error(`${expression}: ${String(next.atMs)} is not after ${String(afterMs)}`);
    found.push(`${new Date(next.atMs).toISOString()} ${String(next.dst)}`);
    afterMs = next.atMs;
  }
}

const POLICIES: Policy[] = DST_GAP_POLICIES.flatMap((gap) => DST_OVERLAP_POLICIES.map((overlap) => ({ gap, overlap })));

describe.each(CASES)('offset changes of %s', (zone, years) => {
  const clocks = years.flatMap((year) => windowsOf(zone, year)).map(([start, end]) => readWallClock(zone, start, end));
  const cases = clocks.flatMap((clock) =>
    EXPRESSIONS.map((expression) => {
      const isEveryHour = valuesOf(expression.split(' ')[1]!, 0, 23).size === 24;
      return { clock, expression, isEveryHour, wanted: wantedTimes(clock, expression) };
    }),
  );

  it.each(POLICIES)('with gap $gap and overlap $overlap are what the definition says', (policy) => {
    for (const { clock, expression, isEveryHour, wanted } of cases) {
      const label = `${expression} from ${new Date(clock.startMs).toISOString()}`;
      expect([label, ...actual(clock, zone, expression, policy)]).toEqual([
        label,
        ...expected(clock, wanted, isEveryHour, policy),
      ]);
    }
  });
});

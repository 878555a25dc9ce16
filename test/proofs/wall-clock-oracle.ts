// What DST policies mean, by definition and brute force: an oracle that knows nothing of offsets and of `calendar/`. It asks Intl what
// the wall clock shows at each minute of some days, and applies the definition of the policies to that list.
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What the wall clock shows, in minutes since 1970 as if it were UTC. */
export interface WallClock {
  startMs: number;
  /** One entry per minute of real time. */
  minutes: number[];
  /** The instants at which it shows a time. */
  shownAt: Map<number, number[]>;
}

/** Reads it minute by minute. */
export function readWallClock(zone: string, startMs: number, endMs: number): WallClock {
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
export function windowsOf(zone: string, year: number): [startMs: number, endMs: number][] {
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
export function valuesOf(field: string, min: number, max: number): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [span = '', step = '1'] = part.split('/');
    const [from, to] = span === '*' ? [min, max] : span.split('-').map(Number);
    for (let value = from ?? min; value <= (to ?? from ?? max); value += Number(step)) values.add(value);
  }
  return values;
}

/** Every wall-clock time that the expression asks for, from the first to the last that the clock shows, shown or not. */
export function wantedTimes(clock: WallClock, expression: string): number[] {
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

/** How times that do not exist or exist twice are to be treated. */
export interface Policy {
  gap: 'skip' | 'run_at_transition' | 'shift';
  overlap: 'first' | 'second' | 'both';
}

/** All combinations. */
export const POLICIES: Policy[] = (['skip', 'run_at_transition', 'shift'] as const).flatMap((gap) =>
  (['first', 'second', 'both'] as const).map((overlap) => ({ gap, overlap })),
);

/** Every instant of the window with its mark, by definition. */
export function expected(clock: WallClock, wanted: readonly number[], isEveryHour: boolean, policy: Policy): string[] {
  const marks = marksOf(clock, wanted, isEveryHour, policy);
  return [...marks].sort(([a], [b]) => a - b).map(([atMs, mark]) => `${new Date(atMs).toISOString()} ${mark}`);
}

/** Every time of the window that does not run, with the reason and the wall-clock time in minutes. */
export function expectedDropped(
  clock: WallClock,
  wanted: readonly number[],
  isEveryHour: boolean,
  policy: Policy,
): string[] {
  if (isEveryHour) return [];
  const running = marksOf(clock, wanted, isEveryHour, policy);
  const dropped = new Map<number, string>();
  for (const wall of wanted) {
    const shown = clock.shownAt.get(wall) ?? [];
    if (shown.length === 2)
      for (const atMs of shown) if (!running.has(atMs)) dropped.set(atMs, `dst_overlap ${String(wall)}`);
    if (shown.length > 0 || policy.gap !== 'skip') continue;
    const atMs = standIn(clock, wall, 'shift');
    if (!running.has(atMs) && !dropped.has(atMs)) dropped.set(atMs, `dst_gap ${String(wall)}`);
  }
  return [...dropped].sort(([a], [b]) => a - b).map(([atMs, why]) => `${new Date(atMs).toISOString()} ${why}`);
}

function marksOf(
  clock: WallClock,
  wanted: readonly number[],
  isEveryHour: boolean,
  policy: Policy,
): Map<number, string> {
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
  if (isEveryHour || policy.gap === 'skip') return marks;
  for (const wall of missing) {
    const atMs = standIn(clock, wall, policy.gap);
    if (!marks.has(atMs)) marks.set(atMs, policy.gap === 'shift' ? 'gap_shifted' : 'gap_transition');
  }
  return marks;
}

/** The instant that stands for a time that the clock does not show. */
function standIn(clock: WallClock, wall: number, gap: 'run_at_transition' | 'shift'): number {
  const after = clock.minutes.findIndex((shown) => shown > wall);
  const shifted = gap === 'shift' ? wall - clock.minutes[after - 1]! - 1 : 0;
  return clock.startMs + (after + shifted) * MINUTE_MS;
}

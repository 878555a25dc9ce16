/** The instants of a schedule within a range, from either end, a few at a time: nothing here holds more than it is asked for. */
import type { Schedule } from './schedule.js';

/** Instants that are counted between two turns of the event loop. */
const COUNTED_AT_ONCE = 500;
const FIRST_WINDOW_MS = 60_000;

/** Up to `limit` instants after `afterMs` and not after `toMs`, earliest first. */
export function instantsAfter(schedule: Schedule, afterMs: number, toMs: number, limit: number): number[] {
  const found: number[] = [];
  for (let atMs = schedule.next(afterMs); atMs !== null && atMs <= toMs && found.length < limit;) {
    found.push(atMs);
    atMs = schedule.next(atMs);
  }
  return found;
}

/**
 * Up to `limit` instants before `beforeMs` and not before `fromMs`, latest first. A schedule can only be asked forwards, so growing
 * windows are walked: about four times as many instants are looked at as are answered.
 */
export function instantsBefore(schedule: Schedule, fromMs: number, beforeMs: number, limit: number): number[] {
  for (let windowMs = FIRST_WINDOW_MS; ; windowMs *= 2) {
    const startMs = Math.max(fromMs, beforeMs - windowMs);
    const latest = latestOf(schedule, startMs, beforeMs, limit);
    if (latest.length === limit || startMs === fromMs) return latest;
  }
}

function latestOf(schedule: Schedule, fromMs: number, beforeMs: number, limit: number): number[] {
  let kept: number[] = [];
  for (let atMs = schedule.next(fromMs - 1); atMs !== null && atMs < beforeMs; atMs = schedule.next(atMs)) {
    kept.push(atMs);
    if (kept.length >= 2 * limit) kept = kept.slice(-limit);
  }
  return kept.slice(-limit).reverse();
}

/** How many instants lie from `fromMs` to `toMs`, both inclusive; counting ends at `most`. Lets other work go on in between. */
export async function countInstants(schedule: Schedule, fromMs: number, toMs: number, most: number): Promise<number> {
  let count = 0;
  for (let after = fromMs - 1; count < most;) {
    const some = instantsAfter(schedule, after, toMs, Math.min(COUNTED_AT_ONCE, most - count));
    count += some.length;
    if (some.length < COUNTED_AT_ONCE) return count;
    after = some.at(-1) ?? after;
    await new Promise(setImmediate);
  }
  return count;
}

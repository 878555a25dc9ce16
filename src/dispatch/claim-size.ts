/** Longest that a claimed run should wait in this process for a free slot. */
const WAIT_MS = 40;
/** Most runs in one claim; larger batches gain nothing. */
const MOST = 500;
/** Window over which the pace is measured. */
const WINDOW_MS = 200;

/**
 * How many runs to claim at once. With free slots only, a round trip per handful of very short runs would be the limit; so as many more are
 * claimed as will have finished, at the pace of the last moments, before they would have waited for long. Long runs make the pace, and so
 * the surplus, nearly zero.
 */
export class ClaimSize {
  private windowStartMs = 0;
  private inWindow = 0;
  private pacePerMs = 0;

  /** Notes that `count` runs ended at `nowMs` (any monotonic clock). */
  ended(count: number, nowMs: number): void {
    const elapsed = nowMs - this.windowStartMs;
    if (elapsed >= WINDOW_MS) {
      this.pacePerMs = elapsed < 2 * WINDOW_MS ? this.inWindow / elapsed : 0;
      this.windowStartMs = nowMs;
      this.inWindow = 0;
    }
    this.inWindow += count;
    if (elapsed > 0 && elapsed < WINDOW_MS) this.pacePerMs = Math.max(this.pacePerMs, this.inWindow / WINDOW_MS);
  }

  /**
   * Runs to claim at `nowMs` when `freeSlots` are free and `waiting` claimed ones wait for a slot. A pace that no end has confirmed lately
   * is none: otherwise what long runs made us give back would be claimed again at once.
   */
  next(freeSlots: number, waiting: number, nowMs: number): number {
    const isFresh = nowMs - this.windowStartMs < 2 * WINDOW_MS;
    const surplus = (isFresh ? Math.floor(this.pacePerMs * WAIT_MS) : 0) - waiting;
    return Math.max(0, Math.min(MOST, freeSlots - waiting + Math.max(0, surplus)));
  }
}

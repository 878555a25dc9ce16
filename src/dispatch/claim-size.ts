/** Longest that a claimed run should wait in this process for a free slot. */
const WAIT_MS = 40;
/** Most runs in one claim; larger batches gain nothing. */
const MOST = 500;
/** Window over which the pace is measured. */
const WINDOW_MS = 200;
/** The pace of a worker that has just begun to work is measured over at least this long. */
const SHORTEST_MS = 5;

/**
 * How many runs to claim at once. With free slots only, a round trip per handful of very short runs would be the limit; so as many more are
 * claimed as will have ended, at the pace of the last moments, before they would have waited for long. Long runs make the pace, and so
 * the surplus, nearly zero.
 */
export class ClaimSize {
  private windowStartMs = -Infinity;
  private inWindow = 0;
  private pacePerMs = 0;
  /** The window began with the first runs after a pause, so that all ends in it count from the start of their runs. */
  private isFirst = false;

  /** Notes that runs are started at `nowMs` (any monotonic clock). */
  started(nowMs: number): void {
    if (this.isFresh(nowMs)) return;
    this.pacePerMs = 0;
    this.begin(nowMs, true);
  }

  /** Notes that `count` runs ended at `nowMs`. */
  ended(count: number, nowMs: number): void {
    const elapsed = nowMs - this.windowStartMs;
    if (elapsed >= WINDOW_MS) {
      this.pacePerMs = this.isFresh(nowMs) ? this.inWindow / elapsed : 0;
      this.begin(nowMs, false);
    }
    this.inWindow += count;
    // Elsewhere than in a first window ends that come together may belong to runs that took long: the whole window is what they are measured by.
    const overMs = this.isFirst ? Math.max(elapsed, SHORTEST_MS) : WINDOW_MS;
    if (elapsed < WINDOW_MS) this.pacePerMs = Math.max(this.pacePerMs, this.inWindow / overMs);
  }

  /**
   * Runs to claim at `nowMs` when `freeSlots` are free and `waiting` claimed ones wait for a slot. A pace that no end has confirmed lately
   * is none: otherwise what long runs made us give back would be claimed again at once. While at least half of what is wanted waits already nothing is claimed,
   * so that few large claims are made and not one for every few ends.
   */
  next(freeSlots: number, waiting: number, nowMs: number): number {
    const wanted = freeSlots + this.surplus(nowMs);
    return waiting > wanted / 2 ? 0 : Math.min(MOST, wanted - waiting);
  }

  /**
   * Runs to claim for somebody new while a claim of `underWay` is not answered yet: as many as there are slots (`slots`) when these become free that soon, else what
   * the other claim leaves of the free ones.
   */
  beside(underWay: number, slots: number, freeSlots: number, nowMs: number): number {
    const surplus = this.surplus(nowMs);
    return surplus >= slots ? slots : Math.max(0, Math.min(slots, freeSlots + surplus - underWay));
  }

  private surplus(nowMs: number): number {
    return this.isFresh(nowMs) ? Math.floor(this.pacePerMs * WAIT_MS) : 0;
  }

  private begin(nowMs: number, isFirst: boolean): void {
    this.windowStartMs = nowMs;
    this.inWindow = 0;
    this.isFirst = isFirst;
  }

  private isFresh(nowMs: number): boolean {
    return nowMs - this.windowStartMs < 2 * WINDOW_MS;
  }
}

/** No statement shall hold its locks for much longer than this. */
const AIM_MS = 100;
const LEAST = 10;
const MOST = 2_000;

/** The size of the next batch, after one of `size` that was full took `tookMs`: at most twice as many, so that one quick batch proves little. */
export function nextBatchSize(size: number, tookMs: number): number {
  const fitting = Math.floor((size * AIM_MS) / Math.max(tookMs, 1));
  return Math.max(LEAST, Math.min(MOST, size * 2, fitting));
}

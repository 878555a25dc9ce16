import type { Database } from '../database/database.js';

/** Skew above which timers fire noticeably early or late, in milliseconds. */
export const WARN_SKEW_MS = 500;

const SAMPLES = 5;

/**
 * How far the database's clock is ahead of this process's, in milliseconds; negative: behind. Of several questions the one that
 * was answered fastest counts, and the answer is taken to be from the middle of it (as NTP does).
 */
export async function measureClockSkewMs(database: Pick<Database, 'query'>): Promise<number> {
  let best = { roundTripMs: Infinity, skewMs: 0 };
  for (let sample = 0; sample < SAMPLES; sample++) {
    const startedAtMs = Date.now();
    const started = performance.now();
    const [row] = await database.query<{ atMs: number }>(
      `SELECT extract(epoch FROM clock_timestamp())::double precision * 1000 AS "atMs"`,
    );
    const roundTripMs = performance.now() - started;
    if (row && roundTripMs < best.roundTripMs)
      best = { roundTripMs, skewMs: row.atMs - (startedAtMs + roundTripMs / 2) };
  }
  return Math.round(best.skewMs);
}

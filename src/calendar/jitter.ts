import { createHash } from 'node:crypto';

/**
 * Delay of one occurrence, a whole number of ms from 0 to `maxJitterMs` inclusive, evenly spread over triggers and instants.
 * The same trigger and instant always get the same delay, so every replica computes the same `run_at`.
 */
export function jitterMs(triggerId: string, scheduledForMs: number, maxJitterMs: number): number {
  if (!(maxJitterMs >= 1)) return 0;
  const hash = createHash('sha256')
    .update(`${triggerId}@${String(scheduledForMs)}`)
    .digest();
  const share = hash.readUIntBE(0, 6) / 2 ** 48;
  return Math.floor(share * (Math.floor(maxJitterMs) + 1));
}

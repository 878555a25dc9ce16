import { inspect } from 'node:util';
import { setTimeout as wait } from 'node:timers/promises';

type Nothing = undefined | false | null;

/**
 * Waits until `probe` gives something other than undefined, false or null, and returns that. A probe that throws counts as
 * not yet. Past `deadlineMs` it fails, naming `what` and what the probe last gave. The one place in tests that waits.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | Nothing> | T | Nothing,
  deadlineMs = 10_000,
): Promise<T> {
  const beganMs = Date.now();
  for (let pauseMs = 2; ; pauseMs = Math.min(100, pauseMs * 1.5)) {
    let last: unknown;
    try {
      const value = await probe();
      if (value !== undefined && value !== false && value !== null) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() - beganMs >= deadlineMs) {
      throw new Error(`Waited ${deadlineMs} ms in vain until ${what}; last: ${inspect(last, { depth: 4 })}`, {
        cause: last,
      });
    }
    await wait(pauseMs);
  }
}

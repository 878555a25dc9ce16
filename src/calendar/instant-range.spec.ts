import { describe, expect, it } from 'vitest';
import { countInstants, instantsAfter, instantsBefore } from './instant-range.js';
import { compileSchedule } from './schedule.js';

// Bursts and long pauses: every minute of one hour, on the 1st of each month.
const bursts = compileSchedule({ kind: 'cron', expression: '* 9 1 * *' }, { timeZone: 'Europe/Berlin' });
const FROM = Date.UTC(2026, 0, 1, 8, 30);
const TO = Date.UTC(2026, 5, 1, 7, 10);

describe('the instants of a range', () => {
  const all = instantsAfter(bursts, FROM - 1, TO, 10_000);

  it('are those from its first to its last millisecond', async () => {
    expect(all[0]).toBe(FROM);
    expect(all.at(-1)).toBe(TO);
    expect(await countInstants(bursts, FROM, TO, 10_000)).toBe(all.length);
    expect(await countInstants(bursts, FROM, TO, 100)).toBe(100);
    expect(await countInstants(bursts, FROM + 1, FROM + 2, 100)).toBe(0);
  });

  it.each([1, 7, 60, 61, 1_000])('are the same backwards, %i at a time', (limit) => {
    const backwards: number[] = [];
    for (let before = TO + 1; ; before = backwards.at(-1) ?? 0) {
      const some = instantsBefore(bursts, FROM, before, limit);
      if (some.length === 0) break;
      backwards.push(...some);
    }
    expect(backwards).toEqual(all.toReversed());
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALENDAR_START_MS, CRON_END_MS } from './civil-date.js';
import { offsetReader } from './zone-offset.js';
import { ZoneRules } from './zone-rules.js';

const ZONES = [
  'UTC',
  'America/New_York',
  'Africa/Monrovia',
  'Africa/Casablanca',
  'Asia/Gaza',
  'Pacific/Apia',
  'America/Noronha',
  'Europe/Dublin',
];
const anyInstant = fc.integer({ min: CALENDAR_START_MS, max: CRON_END_MS - 1 });

/** The offset as the difference between the wall clock's date and time and the instant. */
function offsetByWallClock(zone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const seconds = Math.floor(atMs / 1000) * 1000;
  return Date.parse(`${parts.format(seconds).replace(' ', 'T')}Z`) - seconds;
}

describe('offsetReader', () => {
  it('agrees with the wall clock, to the second, from 1900 to 2499', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), anyInstant, (zone, atMs) => {
        expect([zone, offsetReader(zone)(atMs)]).toEqual([zone, offsetByWallClock(zone, atMs)]);
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  it('reads an offset with seconds', () => {
    expect(offsetReader('Africa/Monrovia')(0)).toBe(-(44 * 60 + 30) * 1000);
  });
});

describe('ZoneRules', () => {
  it('know each offset whatever the order of questions', () => {
    const untilSettled = fc.integer({ min: CALENDAR_START_MS, max: Date.UTC(2110, 0, 1) });
    for (const zone of ZONES) {
      const rules = new ZoneRules(zone);
      const read = offsetReader(zone);
      const asked = fc.sample(untilSettled, { seed: 11, numRuns: 100 });
      expect(asked.map((atMs) => rules.offsetAt(atMs))).toEqual(asked.map(read));
    }
  });

  it('split time without holes where the offset changes, and only there', () => {
    for (const zone of ZONES) {
      const rules = new ZoneRules(zone);
      const read = offsetReader(zone);
      let segment = rules.segmentAt(Date.UTC(1995, 0, 1));
      for (let steps = 0; segment.toMs < Date.UTC(2045, 0, 1); steps++) {
        if (steps > 1000) throw new Error(`${zone} does not get ahead`);
        const following = rules.segmentAt(segment.toMs);
        // Where not yet loaded years begin, the new segment reaches back over the edge.
        expect(following.fromMs).toBeLessThanOrEqual(segment.toMs);
        if (following.fromMs === segment.toMs && following.offsetMs !== segment.offsetMs) {
          expect([read(segment.toMs - 1), read(segment.toMs)]).toEqual([segment.offsetMs, following.offsetMs]);
          expect([following.offsetBeforeMs, segment.offsetAfterMs]).toEqual([segment.offsetMs, following.offsetMs]);
        }
        segment = following;
      }
    }
  });

  it('find stretches of less than a week', () => {
    const rules = new ZoneRules('America/Noronha');
    const summer = rules.segmentAt(Date.UTC(2000, 9, 10));
    expect((summer.toMs - summer.fromMs) / 86_400_000).toBeCloseTo(6.96, 2);
  });

  it('know each offset of the centuries in which they look less often', () => {
    const rules = new ZoneRules('America/New_York');
    const settled = fc.sample(fc.integer({ min: Date.UTC(2100, 0, 1), max: CRON_END_MS - 1 }), {
      seed: 12,
      numRuns: 200,
    });
    expect(settled.map((atMs) => rules.offsetAt(atMs))).toEqual(settled.map(offsetReader('America/New_York')));
  });

  it('go back to an earlier year after a later one', () => {
    const rules = new ZoneRules('Europe/Berlin');
    const [late, early] = [Date.UTC(2200, 6, 1), Date.UTC(1985, 6, 1)];
    expect([rules.offsetAt(late), rules.offsetAt(early), rules.offsetAt(late)]).toEqual([
      7_200_000, 7_200_000, 7_200_000,
    ]);
  });

  it('repeat the rules of the last 400 years from 2500 on, and the first offset before 1900', () => {
    const rules = new ZoneRules('America/New_York');
    expect(rules.offsetAt(Date.UTC(9999, 6, 1))).toBe(-4 * 3_600_000);
    expect(rules.offsetAt(Date.UTC(9999, 11, 1))).toBe(-5 * 3_600_000);
    expect(rules.offsetAt(Date.UTC(1800, 6, 1))).toBe(-5 * 3_600_000);
  });
});

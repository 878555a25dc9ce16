import { CALENDAR_START_MS, CRON_END_MS, DAY_MS } from './civil-date.js';
import { offsetReader } from './zone-offset.js';

/** A stretch of time with one offset from UTC; the offsets beside it tell whether its ends are gaps or overlaps. */
export interface ZoneSegment {
  /** First instant, ms since the epoch. */
  readonly fromMs: number;
  /** First instant after it. */
  readonly toMs: number;
  /** Local time minus UTC, in ms. */
  readonly offsetMs: number;
  readonly offsetBeforeMs: number;
  readonly offsetAfterMs: number;
}

interface Transition {
  atMs: number;
  offsetMs: number;
}

const CHUNK_MS = 1461 * DAY_MS;
// The shortest time for which any zone went to another offset and back is just under four days (Freetown 1939; Gaza has
// weeks of 6.96 days up to 2085), so looking every three days misses no change. From 2100 on, when the tables of Ramadan
// dates have ended, all that is left are yearly rules. Each change that is seen is then bisected to the second.
const PROBE_MS = 3 * DAY_MS;
const SETTLED_FROM_MS = Date.UTC(2100, 0, 1);
const SETTLED_PROBE_MS = 28 * DAY_MS;
// An offset change moves the wall clock by at most a day; what lies nearer to the edge of the known range is not yet judged.
const EDGE_MS = 2 * DAY_MS;

/**
 * The offsets of one zone, read from Intl in chunks of four years when first needed (about 1 ms a chunk) and kept for good.
 * Times before 1900 use the first offset of 1900; times from 2500 on are mapped back by whole Gregorian cycles of 400
 * years, which changes nothing because the rules of every zone are yearly by then.
 */
export class ZoneRules {
  private readonly readOffset: (atMs: number) => number;
  private readonly transitions: Transition[] = [];
  private segments: ZoneSegment[] = [];
  private current: ZoneSegment = { fromMs: 0, toMs: 0, offsetMs: 0, offsetBeforeMs: 0, offsetAfterMs: 0 };
  private loadedFromMs = 0;
  private loadedToMs = 0;
  private knownFromMs = 0;
  private knownToMs = 0;
  private firstOffsetMs = 0;

  /** `timeZone` must be a name that Intl knows. */
  constructor(timeZone: string) {
    this.readOffset = offsetReader(timeZone);
  }

  /** Local time minus UTC at the instant, in ms. */
  offsetAt(atMs: number): number {
    const cycles = Math.ceil((atMs + 1 - CRON_END_MS) / (146_097 * DAY_MS));
    return this.segmentAt(cycles > 0 ? atMs - cycles * 146_097 * DAY_MS : atMs).offsetMs;
  }

  /** The segment that contains the instant. Its `toMs` may end before the next change, where not yet loaded years begin. */
  segmentAt(atMs: number): ZoneSegment {
    if (atMs >= this.current.fromMs && atMs < this.current.toMs) return this.current;
    if (atMs < this.knownFromMs || atMs >= this.knownToMs) this.load(atMs);
    this.current = this.search(atMs);
    return this.current;
  }

  private search(atMs: number): ZoneSegment {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.segments[middle]?.fromMs ?? Infinity) <= atMs) low = middle;
      else high = middle - 1;
    }
    return this.segments[low] ?? this.current;
  }

  private load(atMs: number): void {
    if (this.loadedFromMs === this.loadedToMs) {
      const inside = Math.min(Math.max(atMs, CALENDAR_START_MS), CRON_END_MS - 1);
      const start = CALENDAR_START_MS + Math.floor((inside - CALENDAR_START_MS) / CHUNK_MS) * CHUNK_MS;
      this.loadedFromMs = this.loadedToMs = start;
      this.firstOffsetMs = this.readOffset(start);
    }
    while (this.loadedToMs <= CRON_END_MS && atMs >= this.loadedToMs - EDGE_MS) {
      this.transitions.push(...this.changesBetween(this.loadedToMs, this.loadedToMs + CHUNK_MS));
      this.loadedToMs += CHUNK_MS;
    }
    while (this.loadedFromMs > CALENDAR_START_MS && atMs < this.loadedFromMs + EDGE_MS) {
      const from = this.loadedFromMs - CHUNK_MS;
      this.transitions.unshift(...this.changesBetween(from, this.loadedFromMs));
      this.loadedFromMs = from;
      this.firstOffsetMs = this.readOffset(from);
    }
    this.knownFromMs = this.loadedFromMs > CALENDAR_START_MS ? this.loadedFromMs + EDGE_MS : -Infinity;
    this.knownToMs = this.loadedToMs <= CRON_END_MS ? this.loadedToMs - EDGE_MS : Infinity;
    this.buildSegments();
  }

  private buildSegments(): void {
    const { transitions } = this;
    this.segments = [];
    for (let index = -1; index < transitions.length; index++) {
      const offsetMs = transitions[index]?.offsetMs ?? this.firstOffsetMs;
      this.segments.push({
        fromMs: transitions[index]?.atMs ?? this.knownFromMs,
        toMs: transitions[index + 1]?.atMs ?? this.knownToMs,
        offsetMs,
        offsetBeforeMs: transitions[index - 1]?.offsetMs ?? (index < 0 ? offsetMs : this.firstOffsetMs),
        offsetAfterMs: transitions[index + 1]?.offsetMs ?? offsetMs,
      });
    }
  }

  /** Offset changes in (from, to]. */
  private changesBetween(fromMs: number, toMs: number): Transition[] {
    const found: Transition[] = [];
    let low = fromMs;
    let offsetMs = this.readOffset(fromMs);
    while (low < toMs) {
      const high = Math.min(low + (low < SETTLED_FROM_MS ? PROBE_MS : SETTLED_PROBE_MS), toMs);
      if (this.readOffset(high) === offsetMs) {
        low = high;
        continue;
      }
      low = this.bisect(low, high, offsetMs);
      offsetMs = this.readOffset(low);
      found.push({ atMs: low, offsetMs });
    }
    return found;
  }

  /** First whole second in (low, high] at which the offset is no longer `offsetMs`. */
  private bisect(lowMs: number, highMs: number, offsetMs: number): number {
    let low = lowMs / 1000;
    let high = highMs / 1000;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.readOffset(middle * 1000) === offsetMs) low = middle;
      else high = middle;
    }
    return high * 1000;
  }
}

const rulesByName = new Map<string, ZoneRules>();

/** The shared rules of a zone. `timeZone` must be a name that `normaliseZone` accepts. */
export function zoneRules(timeZone: string): ZoneRules {
  const key = timeZone.toLowerCase(); // Intl ignores case; so does the cache, or mixed spellings could grow it at will
  let rules = rulesByName.get(key);
  if (rules === undefined) {
    rules = new ZoneRules(timeZone);
    rulesByName.set(key, rules);
  }
  return rules;
}

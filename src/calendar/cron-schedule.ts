import { CALENDAR_START_MS, CRON_END_MS, DAY_MS } from './civil-date.js';
import type { LocalTimes } from './local-times.js';
import type { DroppedInstant, DstMark, MarkedInstant } from './marked-instant.js';
import type { ZoneRules, ZoneSegment } from './zone-rules.js';

// More than any two offsets, and with them any gap or overlap, can lie apart.
const NEAR_MS = 3 * DAY_MS;

/** Bounds of the search, ms since the epoch, both inclusive. */
export interface InstantBounds {
  startAtMs: number;
  endAtMs: number;
}

/** How wall-clock times that a zone leaves out or shows twice become instants. */
export interface DstPolicies {
  gap: 'skip' | 'run_at_transition' | 'shift';
  overlap: 'first' | 'second' | 'both';
}

/**
 * The instants at which a zone's wall clock shows a time of the pattern. The search walks the zone's stretches of constant
 * offset: within one, local time and instants run in step, so only its ends need thought. A pattern that matches in every
 * hour follows elapsed time: it takes each instant whose wall clock matches and nothing else, whatever the policies.
 */
export class CronSchedule {
  private readonly gap: DstPolicies['gap'];
  private readonly overlap: DstPolicies['overlap'];
  private readonly firstMs: number;
  private readonly lastMs: number;
  /** The same with nothing left out; null: the policies leave nothing out. */
  private readonly complete: CronSchedule | null;

  constructor(
    private readonly pattern: LocalTimes,
    private readonly zone: ZoneRules,
    policies: DstPolicies,
    bounds: InstantBounds,
  ) {
    this.gap = pattern.isEveryHour ? 'skip' : policies.gap;
    this.overlap = pattern.isEveryHour ? 'both' : policies.overlap;
    this.firstMs = Math.max(bounds.startAtMs, CALENDAR_START_MS);
    // A pattern that no date satisfies (30 February) is found out once, here, instead of in every search.
    const canMatch = pattern.next(CALENDAR_START_MS) !== Infinity;
    this.lastMs = canMatch ? Math.min(bounds.endAtMs, CRON_END_MS - 1) : -Infinity;
    const isComplete = pattern.isEveryHour || (this.gap !== 'skip' && this.overlap === 'both');
    const all: DstPolicies = { gap: this.gap === 'skip' ? 'shift' : this.gap, overlap: 'both' };
    this.complete = isComplete ? null : new CronSchedule(pattern, zone, all, bounds);
  }

  next(afterMs: number): number | null {
    const fromMs = Math.max(Math.floor(afterMs) + 1, this.firstMs);
    if (!(fromMs <= this.lastMs)) return null;
    const atMs = this.search(fromMs);
    return atMs <= this.lastMs ? atMs : null;
  }

  nextMarked(afterMs: number): MarkedInstant | null {
    const atMs = this.next(afterMs);
    return atMs === null ? null : { atMs, dst: this.mark(atMs) };
  }

  dropped(afterMs: number, untilMs: number): DroppedInstant[] {
    const lastMs = Math.min(untilMs, this.lastMs);
    let fromMs = Math.max(Math.floor(afterMs) + 1, this.firstMs);
    const found: DroppedInstant[] = [];
    if (this.complete === null || !(fromMs <= lastMs)) return found;
    // Only what lies as near to an offset change as that moves the clock can be left out.
    for (let segment = this.zone.segmentAt(fromMs - NEAR_MS); ;) {
      const { toMs, offsetMs, offsetAfterMs } = segment;
      const reachMs = Math.abs(offsetAfterMs - offsetMs);
      if (toMs - reachMs > lastMs) return found;
      if (reachMs > 0) this.collectDropped(found, Math.max(fromMs, toMs - reachMs), Math.min(lastMs, toMs + reachMs));
      fromMs = Math.max(fromMs, toMs + reachMs + 1);
      segment = this.zone.segmentAt(toMs);
      if (segment.toMs <= toMs) return found;
    }
  }

  private collectDropped(found: DroppedInstant[], fromMs: number, toMs: number): void {
    for (let afterMs = fromMs - 1; ;) {
      const next = this.complete?.nextMarked(afterMs) ?? null;
      if (next === null || next.atMs > toMs) return;
      const { atMs, dst } = next;
      afterMs = atMs;
      if (this.next(atMs - 1) === atMs) continue;
      const { offsetMs, offsetBeforeMs } = this.zone.segmentAt(atMs);
      if (dst === 'gap_shifted') found.push({ atMs, reason: 'dst_gap', wallMs: atMs + offsetBeforeMs });
      else found.push({ atMs, reason: 'dst_overlap', wallMs: atMs + offsetMs });
    }
  }

  /** First instant at or after `fromMs`, or Infinity when none comes before `lastMs`. */
  private search(fromMs: number): number {
    let atMs = fromMs;
    let askedMs = Infinity;
    let matchMs = -Infinity;
    while (atMs <= this.lastMs) {
      const segment = this.zone.segmentAt(atMs);
      const localMs = this.firstUsableLocal(atMs, segment);
      // The answer to one question stays true for every later one up to the match.
      if (localMs < askedMs || localMs > matchMs) {
        askedMs = localMs;
        matchMs = this.pattern.next(localMs);
      }
      const inside = matchMs < this.usableLocalEnd(segment) ? matchMs - segment.offsetMs : Infinity;
      const found = Math.min(inside, this.firstFromGap(atMs, segment));
      if (found < segment.toMs) return found;
      // Nothing matches before `matchMs`, so the stretches in between need no look, unless the next one goes back behind
      // the time that was asked for.
      const isBehind = segment.toMs + segment.offsetAfterMs < localMs;
      atMs = isBehind ? segment.toMs : Math.max(segment.toMs, matchMs - segment.offsetMs - NEAR_MS);
    }
    return Infinity;
  }

  /** Local time of `atMs`, moved past what the stretch shows again when only first showings count. */
  private firstUsableLocal(atMs: number, segment: ZoneSegment): number {
    const localMs = atMs + segment.offsetMs;
    if (this.overlap !== 'first' || segment.offsetBeforeMs <= segment.offsetMs) return localMs;
    return Math.max(localMs, segment.fromMs + segment.offsetBeforeMs);
  }

  /** Local end of the stretch, or the start of what the next one shows again when only second showings count. */
  private usableLocalEnd(segment: ZoneSegment): number {
    const after = this.overlap === 'second' ? Math.min(segment.offsetMs, segment.offsetAfterMs) : segment.offsetMs;
    return segment.toMs + after;
  }

  /** First instant at or after `atMs` that stands for a time in the gap at the start of the stretch, or Infinity. */
  private firstFromGap(atMs: number, segment: ZoneSegment): number {
    const before = segment.offsetBeforeMs;
    if (before >= segment.offsetMs || this.gap === 'skip') return Infinity;
    const gapEndMs = segment.fromMs + segment.offsetMs;
    const localMs = atMs + before;
    if (localMs >= gapEndMs || (this.gap === 'run_at_transition' && atMs > segment.fromMs)) return Infinity;
    const missing = this.pattern.next(localMs);
    if (missing >= gapEndMs) return Infinity;
    return this.gap === 'shift' ? missing - before : segment.fromMs;
  }

  /** What the zone did to an instant of this schedule. */
  private mark(atMs: number): DstMark {
    const { fromMs, toMs, offsetMs, offsetBeforeMs, offsetAfterMs } = this.zone.segmentAt(atMs);
    const localMs = atMs + offsetMs;
    if (localMs < fromMs + offsetBeforeMs) return 'overlap_second';
    if (localMs >= toMs + offsetAfterMs) return 'overlap_first';
    if (this.pattern.next(localMs) === localMs) return null;
    return this.gap === 'shift' ? 'gap_shifted' : 'gap_transition';
  }
}

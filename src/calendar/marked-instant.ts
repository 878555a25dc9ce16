/**
 * What the zone did to an instant. `gap_…`: the time asked for does not exist that day and this instant stands for it;
 * `overlap_…`: the wall clock shows this time twice and this is the first or the second. Null: nothing.
 */
export type DstMark = null | 'gap_shifted' | 'gap_transition' | 'overlap_first' | 'overlap_second';

/** An instant of a schedule, ms since the epoch, with what the zone did to it. */
export interface MarkedInstant {
  atMs: number;
  dst: DstMark;
}

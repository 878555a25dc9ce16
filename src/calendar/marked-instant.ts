/**
 * What the zone did to an instant. `gap_…`: the time asked for does not exist that day and this instant stands for it;
 * `overlap_…`: the wall clock shows this time twice and this is the first or the second. Null: nothing.
 */
export type DstMark = null | 'gap_shifted' | 'gap_transition' | 'overlap_first' | 'overlap_second';

/** Why a time of a schedule does not run: `dst_gap` under `dstGap: skip`, `dst_overlap` when the other showing was chosen. */
export type DropReason = 'dst_gap' | 'dst_overlap';

/**
 * A time that the wall clock of a zone leaves out or shows twice, and that the DST policies therefore leave out. A time in a gap has no
 * instant of its own; it is told of at the one at which `shift` would run it. Never an instant at which the schedule runs.
 */
export interface DroppedInstant {
  atMs: number;
  reason: DropReason;
  /** The wall-clock time that was asked for, as the ms of the instant at which a clock in UTC shows it. */
  wallMs: number;
}

/** An instant of a schedule, ms since the epoch, with what the zone did to it. */
export interface MarkedInstant {
  atMs: number;
  dst: DstMark;
}

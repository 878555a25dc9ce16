import type { DstMark } from '../../calendar/marked-instant.js';
import type { Backfill } from './backfill.entity.js';

/** A backfill as its readers see it. */
export type BackfillView = Omit<Backfill, 'schedule' | 'isFed' | 'tenantId'> & {
  /** Its runs that have not ended. */
  readonly active: number;
};

/** What a backfill would do with one instant. */
export interface PlannedInstant {
  /** Ms since the epoch. */
  readonly atMs: number;
  readonly local: string;
  readonly dst: DstMark;
  /**
   * `create`: a new execution; `make_up`: a new execution that points to the missed or skipped one; `leave_alone`: there is one.
   */
  readonly outcome: 'create' | 'make_up' | 'leave_alone';
}

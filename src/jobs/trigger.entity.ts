import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DstGapPolicy, DstOverlapPolicy, MisfirePolicy } from '../calendar/schedule.js';

/** What `triggers.spec` holds, by kind. Instants are ISO 8601 with `Z`. */
export type StoredSpec =
  | { expression: string }
  | { fields: Record<string, string> }
  | { everyMs: number; anchorAt: string }
  | { at: string }
  | { rrule: string };

export const TRIGGER_KINDS = ['cron', 'interval', 'date', 'rrule'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** When a job runs. A deleted trigger keeps its row for as long as its history. */
@Entity('triggers')
export class Trigger {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') tenantId: string;
  @Column('uuid') jobId: string;
  @Column('text') name: string;
  @Column('text') kind: TriggerKind;
  @Column('jsonb') spec: StoredSpec;
  @Column('text') timeZone: string;
  @Column('timestamptz', { nullable: true }) startAt: Date | null;
  @Column('timestamptz', { nullable: true }) endAt: Date | null;
  /** Occurrences that may fire in all; null: no limit. Missed ones do not count. */
  @Column('integer', { nullable: true }) maxRuns: number | null;
  @Column('integer') runCount: number;
  @Column('integer') jitterMs: number;
  @Column('text') misfirePolicy: MisfirePolicy;
  /** Lateness up to which an instant still counts as on time. */
  @Column('bigint') misfireGraceMs: string;
  @Column('integer') misfireCap: number;
  /** Late instants older than this are never made up for; null: no bound. */
  @Column('bigint', { nullable: true }) catchUpWindowMs: string | null;
  @Column('text') dstGap: DstGapPolicy;
  @Column('text') dstOverlap: DstOverlapPolicy;
  /** Names of calendars whose time is left out. */
  @Column('text', { array: true }) excludeCalendars: string[];
  /** Names of calendars to whose time it keeps; empty: no limit. */
  @Column('text', { array: true }) onlyCalendars: string[];
  @Column('boolean') paused: boolean;
  /** The next instant to fire; null when there is none, or while the trigger or its job is paused. */
  @Column('timestamptz', { nullable: true }) nextFireAt: Date | null;
  @Column('timestamptz', { nullable: true }) lastFireAt: Date | null;
  /** Since when its instants are accounted for: it was made, resumed or given other instants then. */
  @Column('timestamptz') armedAt: Date;
  /** Grows with every edit, not with firing; the ETag. */
  @Column('integer') version: number;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') updatedAt: Date;
  @Column('timestamptz', { nullable: true }) deletedAt: Date | null;
}

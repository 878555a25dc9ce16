import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StoredCalendar } from '../../jobs/calendars/stored-calendar.js';
import type { ScheduleColumns } from '../../jobs/stored-schedule.js';

export const BACKFILL_STATES = ['running', 'paused', 'cancelled', 'completed'] as const;
export type BackfillState = (typeof BACKFILL_STATES)[number];

export const BACKFILL_DIRECTIONS = ['oldest_first', 'newest_first'] as const;
export type BackfillDirection = (typeof BACKFILL_DIRECTIONS)[number];

/** The trigger's schedule as it was when the backfill was asked for, with its calendars. Instants are ISO 8601 texts. */
export interface FrozenSchedule extends Omit<ScheduleColumns, 'startAt' | 'endAt'> {
  startAt: string | null;
  endAt: string | null;
  calendars: StoredCalendar[];
}

/** A range of a trigger's instants that is being run. */
@Entity('backfills')
export class Backfill {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') tenantId: string;
  @Column('uuid') jobId: string;
  @Column('uuid') triggerId: string;
  /** First and last instant allowed, both inclusive. */
  @Column('timestamptz') fromAt: Date;
  @Column('timestamptz') toAt: Date;
  @Column('jsonb') schedule: FrozenSchedule;
  @Column('text') direction: BackfillDirection;
  /** Most of its runs that may be unfinished at once. */
  @Column('integer') maxConcurrency: number;
  @Column('boolean') includeMissed: boolean;
  @Column('text') state: BackfillState;
  /** Why it was cancelled other than by hand: `job_deleted`, `trigger_deleted`. */
  @Column('text', { nullable: true }) reason: string | null;
  /** The last instant that was dealt with, null before the first. */
  @Column('timestamptz', { nullable: true }) cursorAt: Date | null;
  /** Whether all instants have been dealt with. */
  @Column('boolean') isFed: boolean;
  /** Instants in the range. */
  @Column('integer') total: number;
  /** Executions that it made. */
  @Column('integer') created: number;
  /** Instants that had an execution already. */
  @Column('integer') leftAlone: number;
  @Column('integer') succeeded: number;
  @Column('integer') unsuccessful: number;
  /** Grows with every command, not with progress; the ETag. */
  @Column('integer') version: number;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') updatedAt: Date;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
}

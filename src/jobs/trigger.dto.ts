import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DST_GAP_POLICIES, DST_OVERLAP_POLICIES, MISFIRE_POLICIES } from '../calendar/schedule.js';
import { TRIGGER_KINDS, type StoredSpec, type Trigger } from './trigger.entity.js';

/** A trigger as the API prints it. */
export class TriggerDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2f' }) id: string;
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) jobId: string;
  @ApiProperty({ example: 'Office hours' }) name: string;
  @ApiProperty({ enum: TRIGGER_KINDS, example: 'cron' }) kind: string;
  @ApiPropertyOptional({ description: 'cron with an expression.', example: '*/5 8-18 * * mon-fri' })
  expression?: string;
  @ApiPropertyOptional({
    description: 'cron with the fields of ndscheduler.',
    type: 'object',
    additionalProperties: { type: 'string' },
  })
  fields?: Record<string, string>;
  @ApiPropertyOptional({ description: 'interval.', example: 90 }) everySeconds?: number;
  @ApiPropertyOptional({ description: 'interval.', format: 'date-time' }) anchorAt?: string;
  @ApiPropertyOptional({ description: 'date.', format: 'date-time' }) at?: string;
  @ApiPropertyOptional({ description: 'rrule.', example: 'DTSTART:20260105T090000\nRRULE:FREQ=WEEKLY' }) rrule?: string;
  @ApiProperty({ example: 'Europe/Berlin' }) timeZone: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String, example: null }) startAt: string | null;
  @ApiProperty({ format: 'date-time', nullable: true, type: String, example: null }) endAt: string | null;
  @ApiProperty({ nullable: true, type: 'integer', example: null }) maxRuns: number | null;
  @ApiProperty({ description: 'Occurrences that have fired.', type: 'integer', example: 12 }) runCount: number;
  @ApiProperty({ example: 0 }) jitterSeconds: number;
  @ApiProperty({ enum: MISFIRE_POLICIES, example: 'fire_once' }) misfirePolicy: string;
  @ApiProperty({ example: 60 }) misfireGraceSeconds: number;
  @ApiProperty({ type: 'integer', example: 100 }) misfireCap: number;
  @ApiProperty({ nullable: true, type: Number, example: null }) catchUpWindowSeconds: number | null;
  @ApiProperty({ enum: DST_GAP_POLICIES, example: 'run_at_transition' }) dstGap: string;
  @ApiProperty({ enum: DST_OVERLAP_POLICIES, example: 'first' }) dstOverlap: string;
  @ApiProperty({ type: [String], example: ['holidays'] }) excludeCalendars: string[];
  @ApiProperty({ type: [String], example: [] }) onlyCalendars: string[];
  @ApiProperty({ example: false }) paused: boolean;
  @ApiProperty({
    description: 'Null: nothing is left, or it or its job is paused.',
    format: 'date-time',
    nullable: true,
    type: String,
    example: '2026-11-23T08:00:00.000Z',
  })
  nextFireAt: string | null;
  @ApiProperty({
    description: 'The latest instant that was fired or recorded as missed.',
    format: 'date-time',
    nullable: true,
    type: String,
    example: '2026-11-22T18:55:00.000Z',
  })
  lastFireAt: string | null;
  @ApiProperty({ description: 'Grows with every edit; the ETag.', type: 'integer', example: 1 }) version: number;
  @ApiProperty({ example: 'anonymous' }) createdBy: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) createdAt: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) updatedAt: string;
}

/** A trigger as the API prints it. */
export function toTriggerDto(trigger: Trigger): TriggerDto {
  return {
    id: trigger.id,
    jobId: trigger.jobId,
    name: trigger.name,
    kind: trigger.kind,
    ...specOf(trigger.spec),
    timeZone: trigger.timeZone,
    startAt: iso(trigger.startAt),
    endAt: iso(trigger.endAt),
    maxRuns: trigger.maxRuns,
    runCount: trigger.runCount,
    jitterSeconds: trigger.jitterMs / 1000,
    misfirePolicy: trigger.misfirePolicy,
    misfireGraceSeconds: Number(trigger.misfireGraceMs) / 1000,
    misfireCap: trigger.misfireCap,
    catchUpWindowSeconds: trigger.catchUpWindowMs === null ? null : Number(trigger.catchUpWindowMs) / 1000,
    dstGap: trigger.dstGap,
    dstOverlap: trigger.dstOverlap,
    excludeCalendars: trigger.excludeCalendars,
    onlyCalendars: trigger.onlyCalendars,
    paused: trigger.paused,
    nextFireAt: iso(trigger.nextFireAt),
    lastFireAt: iso(trigger.lastFireAt),
    version: trigger.version,
    createdBy: trigger.createdBy,
    createdAt: trigger.createdAt.toISOString(),
    updatedAt: trigger.updatedAt.toISOString(),
  };
}

function specOf(spec: StoredSpec): Partial<TriggerDto> {
  if ('everyMs' in spec) return { everySeconds: spec.everyMs / 1000, anchorAt: spec.anchorAt };
  return spec;
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}

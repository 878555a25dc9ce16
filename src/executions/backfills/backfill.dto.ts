import { ApiProperty } from '@nestjs/swagger';
import { BACKFILL_DIRECTIONS, BACKFILL_STATES } from './backfill.entity.js';
import type { BackfillView, PlannedInstant } from './backfill.view.js';

/** A backfill as the API prints it. */
export class BackfillDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c30' }) id: string;
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) jobId: string;
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2f' }) triggerId: string;
  @ApiProperty({ format: 'date-time', example: '2026-01-01T00:00:00.000Z' }) from: string;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T23:59:59.000Z' }) to: string;
  @ApiProperty({ enum: BACKFILL_DIRECTIONS, example: 'oldest_first' }) order: string;
  @ApiProperty({ type: 'integer', example: 5 }) maxConcurrency: number;
  @ApiProperty({ example: false }) includeMissed: boolean;
  @ApiProperty({ enum: BACKFILL_STATES, example: 'running' }) state: string;
  @ApiProperty({
    description: 'Why it was cancelled other than by hand: `job_deleted`, `trigger_deleted`.',
    nullable: true,
    type: String,
    example: null,
  })
  reason: string | null;
  @ApiProperty({ description: 'Instants in the range.', type: 'integer', example: 744 }) total: number;
  @ApiProperty({ description: 'Executions that it made so far.', type: 'integer', example: 40 }) created: number;
  @ApiProperty({ description: 'Instants passed that had an execution.', type: 'integer', example: 3 })
  leftAlone: number;
  @ApiProperty({ description: 'Its executions that have not ended.', type: 'integer', example: 5 }) active: number;
  @ApiProperty({ type: 'integer', example: 34 }) succeeded: number;
  @ApiProperty({ description: 'Ended otherwise than well.', type: 'integer', example: 1 }) unsuccessful: number;
  @ApiProperty({
    description: 'The last instant that was dealt with.',
    format: 'date-time',
    nullable: true,
    type: String,
    example: '2026-01-02T18:00:00.000Z',
  })
  cursor: string | null;
  @ApiProperty({ example: 'anonymous' }) createdBy: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) createdAt: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) updatedAt: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String, example: null }) finishedAt: string | null;
}

/** What a backfill would do with one instant. */
export class PlannedInstantDto {
  @ApiProperty({ format: 'date-time', example: '2026-03-29T01:00:00.000Z' }) at: string;
  @ApiProperty({ example: '2026-03-29T03:00:00+02:00' }) local: string;
  @ApiProperty({ nullable: true, type: String, example: 'gap_transition' }) dst: string | null;
  @ApiProperty({
    description: '`make_up`: its execution was missed or skipped; `leave_alone`: it has one.',
    enum: ['create', 'make_up', 'leave_alone'],
    example: 'create',
  })
  outcome: string;
}

/** The answer to a dry run: the earliest instants of the range, whatever the order of the backfill. */
export class BackfillPlanDto {
  @ApiProperty({ description: 'Instants in the range.', type: 'integer', example: 744 }) total: number;
  @ApiProperty({ type: [PlannedInstantDto] }) instants: PlannedInstantDto[];
}

/** A backfill as the API prints it. */
export function toBackfillDto(backfill: BackfillView): BackfillDto {
  const { fromAt, toAt, direction, cursorAt, createdAt, updatedAt, finishedAt, version: _version, ...same } = backfill;
  return {
    ...same,
    from: fromAt.toISOString(),
    to: toAt.toISOString(),
    order: direction,
    cursor: cursorAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

/** A dry run as the API prints it. */
export function toPlanDto({
  total,
  instants,
}: {
  total: number;
  instants: readonly PlannedInstant[];
}): BackfillPlanDto {
  return { total, instants: instants.map(({ atMs, ...shown }) => ({ at: new Date(atMs).toISOString(), ...shown })) };
}

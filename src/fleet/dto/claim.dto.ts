import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import {
  LONGEST_WAIT_SECONDS,
  MOST_RUNS,
  type Claim,
  type ClaimAnswer,
  type HandedRun,
} from '../../agents/agent-protocol.js';
import { HeldRuns, type HeldRunDto } from './held-run.dto.js';

/** The agent asks for work, without waiting. */
export class ImmediateClaimDto {
  @HeldRuns('Every run that the agent holds. What the server thinks that it holds besides goes to others.')
  held: HeldRunDto[];

  @ApiProperty({ description: 'Most runs to take.', type: 'integer', minimum: 1, maximum: MOST_RUNS, example: 4 })
  @IsInt()
  @Min(1)
  @Max(MOST_RUNS)
  limit: number;
}

/** The agent asks for work. */
export class ClaimDto extends ImmediateClaimDto implements Claim {
  @ApiPropertyOptional({
    description: 'Longest time to wait while there is none.',
    type: 'integer',
    minimum: 0,
    maximum: LONGEST_WAIT_SECONDS,
    default: 0,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LONGEST_WAIT_SECONDS)
  waitSeconds?: number;
}

/** An attempt to run. */
export class HandedRunDto implements HandedRun {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ description: 'To be sent with everything about this attempt.', type: 'integer', example: 1 })
  fence: number;

  @ApiProperty({ description: 'From 1.', type: 'integer', example: 1 })
  attempt: number;

  @ApiProperty({ description: 'Name of the tenant.', example: 'default_tenant' })
  tenant: string;

  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2f' })
  jobId: string;

  @ApiProperty({ example: 'Nightly report' })
  jobName: string;

  @ApiProperty({ example: 'shell' })
  jobClass: string;

  @ApiProperty({ type: 'array', items: {}, example: ['echo hello'] })
  args: unknown[];

  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  parameters: Record<string, unknown>;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  scheduledFor: string;

  @ApiProperty({ description: 'From the start of the work; null: no limit.', type: 'integer', nullable: true })
  timeoutMs: number | null;

  @ApiProperty({ description: 'Between SIGTERM and SIGKILL.', type: 'integer', example: 10_000 })
  killGraceMs: number;

  @ApiProperty({ description: 'Of output that is kept; drop the rest.', type: 'integer', example: 1_048_576 })
  maxOutputBytes: number;
}

/** Work, or none. */
export class ClaimAnswerDto implements ClaimAnswer {
  @ApiProperty({ type: [HandedRunDto] })
  runs: HandedRunDto[];
}

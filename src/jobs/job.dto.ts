import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQueryDto } from '../http/page.dto.js';
import { ToBoolean, ToList } from '../http/query-transforms.js';
import { DRIVERS, OVERLAP_POLICIES, type Job } from './job.entity.js';
import { toTriggerDto, TriggerDto } from './trigger.dto.js';
import type { Trigger } from './trigger.entity.js';

/** The retry rule of a job as the API prints it. */
export class JobRetryDto {
  @ApiProperty({ type: 'integer', example: 3 }) maxAttempts: number;
  @ApiProperty({ example: 5 }) initialDelaySeconds: number;
  @ApiProperty({ example: 2 }) factor: number;
  @ApiProperty({ example: 3600 }) maxDelaySeconds: number;
  @ApiProperty({ example: 0.2 }) jitter: number;
}

/** A job as the API prints it. */
export class JobDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) id: string;
  @ApiProperty({
    description: 'The integer by which clients of compatible APIs know it.',
    type: 'integer',
    example: 42,
  })
  number: number;
  @ApiProperty({ example: 'Nightly report' }) name: string;
  @ApiProperty({ example: '' }) description: string;
  @ApiProperty({ example: 'shell' }) jobClass: string;
  @ApiProperty({ type: 'array', items: {}, example: ['echo hello'] }) args: unknown[];
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} }) parameters: Record<string, unknown>;
  @ApiProperty({
    description:
      'What compatible APIs keep beside the job, by the name of the API. Read-only; changes nothing about how it runs.',
    type: 'object',
    additionalProperties: true,
    example: {},
  })
  annotations: Record<string, unknown>;
  @ApiProperty({
    description:
      '`client`: no worker takes its runs, whoever made it by a compatible API says what they are at. Read-only; yours are `worker`.',
    enum: DRIVERS,
    example: 'worker',
  })
  driver: string;
  @ApiProperty({ type: [String], example: ['nightly'] }) tags: string[];
  @ApiProperty({ type: [String], example: [] }) requiredTags: string[];
  @ApiProperty({ type: [String], example: [] }) excludedTags: string[];
  @ApiProperty({ description: 'What a run has for itself on its worker.', type: [String], example: [] })
  interfaces: string[];
  @ApiProperty({ type: 'integer', example: 0 }) priority: number;
  @ApiProperty({ nullable: true, type: Number, example: 600 }) timeoutSeconds: number | null;
  @ApiProperty({ example: 10 }) killGraceSeconds: number;
  @ApiProperty({ type: 'integer', example: 1_048_576 }) maxOutputBytes: number;
  @ApiProperty({ type: JobRetryDto }) retry: JobRetryDto;
  @ApiProperty({ enum: OVERLAP_POLICIES, example: 'allow' }) overlapPolicy: string;
  @ApiProperty({ nullable: true, type: 'integer', example: null }) maxConcurrency: number | null;
  @ApiProperty({ type: 'integer', example: 1000 }) maxQueued: number;
  @ApiProperty({ description: 'Name of its group.', nullable: true, type: String, example: 'billing' }) group:
    string | null;
  @ApiProperty({ format: 'uuid', nullable: true, type: String, example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  groupId: string | null;
  @ApiProperty({ nullable: true, type: 'integer', example: null }) historyDays: number | null;
  @ApiProperty({ example: false }) paused: boolean;
  @ApiProperty({
    description: 'The soonest of its triggers; null when none will fire.',
    format: 'date-time',
    nullable: true,
    type: String,
    example: '2026-11-23T01:00:00.000Z',
  })
  nextFireAt: string | null;
  @ApiProperty({ type: [TriggerDto] }) triggers: TriggerDto[];
  @ApiProperty({ description: 'Grows with every edit of the job itself; the ETag.', type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ example: 'anonymous' }) createdBy: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) createdAt: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) updatedAt: string;
}

/** Which jobs to list. */
export class JobQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Part of the name, any case.', type: String, maxLength: 200, example: 'report' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({
    description: 'Jobs that carry all of these tags, comma-separated; case matters.',
    type: [String],
    example: ['nightly'],
  })
  @IsOptional()
  @ToList()
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  tag?: string[];

  @ApiPropertyOptional({ description: 'Jobs of this class.', type: String, maxLength: 300, example: 'shell' })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  jobClass?: string;

  @ApiPropertyOptional({
    description: 'Jobs of this group, by name or id.',
    type: String,
    maxLength: 200,
    example: 'billing',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  group?: string;

  @ApiPropertyOptional({ description: 'Only paused ones, or only the others.', type: Boolean, example: false })
  @IsOptional()
  @ToBoolean()
  @IsBoolean()
  paused?: boolean;
}

/** A job with what belongs to it. */
export interface JobView {
  readonly job: Job;
  readonly tags: readonly string[];
  readonly triggers: readonly Trigger[];
  /** Name of its group. */
  readonly group: string | null;
}

/** A job as the API prints it. */
export function toJobDto({ job, tags, triggers, group }: JobView): JobDto {
  const next = triggers.flatMap((trigger) => trigger.nextFireAt ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
  return {
    id: job.id,
    number: Number(job.number),
    name: job.name,
    description: job.description,
    jobClass: job.jobClass,
    args: job.args,
    parameters: job.parameters,
    annotations: job.annotations,
    driver: job.driver,
    tags: [...tags],
    requiredTags: job.requiredTags,
    excludedTags: job.excludedTags,
    interfaces: job.interfaces,
    priority: job.priority,
    timeoutSeconds: job.timeoutMs === null ? null : job.timeoutMs / 1000,
    killGraceSeconds: job.killGraceMs / 1000,
    maxOutputBytes: job.maxOutputBytes,
    retry: {
      maxAttempts: job.maxAttempts,
      initialDelaySeconds: job.retryInitialMs / 1000,
      factor: job.retryFactor,
      maxDelaySeconds: job.retryMaxMs / 1000,
      jitter: job.retryJitter,
    },
    overlapPolicy: job.overlapPolicy,
    maxConcurrency: job.maxConcurrency,
    maxQueued: job.maxQueued,
    group,
    groupId: job.groupId,
    historyDays: job.historyDays,
    paused: job.paused,
    nextFireAt: next?.toISOString() ?? null,
    triggers: triggers.map(toTriggerDto),
    version: job.version,
    createdBy: job.createdBy,
    createdAt: job.createdAt.toISOString(),
    updatedAt: job.updatedAt.toISOString(),
  };
}

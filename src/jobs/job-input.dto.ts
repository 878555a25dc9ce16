import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IsSeconds } from '../http/is-seconds.js';
import { IsTagName } from '../tags/tag-name.js';
import { AreInterfaceNames, INTERFACES_HELP, MOST_INTERFACES } from './interface-names.js';
import { OVERLAP_POLICIES, type OverlapPolicy } from './job.entity.js';
import { RetryDto } from './retry.dto.js';
import { TriggerInputDto } from './trigger-input.dto.js';

const given = (_dto: object, value: unknown): boolean => value !== undefined;
const givenNotNull = (_dto: object, value: unknown): boolean => value !== undefined && value !== null;

/** Longest timeout: 23 days, what fits a 32-bit count of milliseconds with room. */
const LONGEST_SECONDS = 2_000_000;
const MOST_OUTPUT_BYTES = 104_857_600;
const MOST_TAGS = 50;
const MOST_DAYS = 36_500;

/** The definition of a job, whole. What is absent gets its default, also in a PUT. */
export class JobInputDto {
  @ApiProperty({
    description: 'For people; need not be unique.',
    minLength: 1,
    maxLength: 200,
    example: 'Nightly report',
  })
  @IsString()
  @Length(1, 200)
  name: string;

  @ApiPropertyOptional({ maxLength: 4000, default: '', example: 'Sends the figures of the day to the sales team.' })
  @ValidateIf(given)
  @IsString()
  @MaxLength(4000)
  description?: string;

  @ApiProperty({
    description:
      'Which code runs: `shell`, `http`, `noop`, or the dotted name of your own class. `GET /api/v2/job-classes` lists them. It need not exist yet.',
    maxLength: 300,
    example: 'shell',
  })
  @IsString()
  @Length(1, 300)
  @Matches(/^[A-Za-z_][\w.:-]*$/, {
    message:
      '$property must begin with a letter and hold letters, digits, _ . : - only, like shell or reports.daily.DailyReport',
  })
  jobClass: string;

  @ApiPropertyOptional({
    description: 'Positional arguments, as the job class wants them.',
    type: 'array',
    items: {},
    default: [],
    example: ['echo hello'],
  })
  @ValidateIf(given)
  @IsArray()
  args?: unknown[];

  @ApiPropertyOptional({
    description: 'Named parameters, as the job class wants them.',
    type: 'object',
    additionalProperties: true,
    default: {},
    example: { env: { MODE: 'full' } },
  })
  @ValidateIf(given)
  @IsObject()
  parameters?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'Labels, for finding jobs and executions. Missing ones are created.',
    type: [String],
    default: [],
    example: ['nightly'],
  })
  @ValidateIf(given)
  @IsArray()
  @ArrayMaxSize(MOST_TAGS)
  @IsTagName({ each: true })
  tags?: string[];

  @ApiPropertyOptional({
    description: 'Only workers that carry all of these tags run it. Case does not matter.',
    type: [String],
    default: [],
    example: ['gpu'],
  })
  @ValidateIf(given)
  @IsArray()
  @ArrayMaxSize(MOST_TAGS)
  @IsTagName({ each: true })
  requiredTags?: string[];

  @ApiPropertyOptional({
    description: 'No worker that carries one of these tags runs it.',
    type: [String],
    default: [],
    example: ['spot'],
  })
  @ValidateIf(given)
  @IsArray()
  @ArrayMaxSize(MOST_TAGS)
  @IsTagName({ each: true })
  excludedTags?: string[];

  @ApiPropertyOptional({
    description: INTERFACES_HELP,
    type: [String],
    maxItems: MOST_INTERFACES,
    default: [],
    example: ['eth1'],
  })
  @ValidateIf(given)
  @AreInterfaceNames()
  interfaces?: string[];

  @ApiPropertyOptional({
    description: 'Higher goes first among the pending runs of the tenant.',
    minimum: -1000,
    maximum: 1000,
    default: 0,
    example: 0,
    type: 'integer',
  })
  @ValidateIf(given)
  @IsInt()
  @Min(-1000)
  @Max(1000)
  priority?: number;

  @ApiPropertyOptional({
    description: 'Longest an attempt may run; null: no limit.',
    minimum: 0.1,
    maximum: LONGEST_SECONDS,
    default: null,
    nullable: true,
    example: 600,
    type: Number,
  })
  @ValidateIf(givenNotNull)
  @IsSeconds()
  @Min(0.1)
  @Max(LONGEST_SECONDS)
  timeoutSeconds?: number | null;

  @ApiPropertyOptional({
    description: 'After a cancel or timeout: time between SIGTERM and SIGKILL.',
    minimum: 0,
    maximum: 3600,
    default: 10,
    example: 10,
  })
  @ValidateIf(given)
  @IsSeconds()
  @Min(0)
  @Max(3600)
  killGraceSeconds?: number;

  @ApiPropertyOptional({
    description: 'Output that is kept of an attempt; the rest is counted and dropped.',
    minimum: 0,
    maximum: MOST_OUTPUT_BYTES,
    default: 1_048_576,
    example: 1_048_576,
    type: 'integer',
  })
  @ValidateIf(given)
  @IsInt()
  @Min(0)
  @Max(MOST_OUTPUT_BYTES)
  maxOutputBytes?: number;

  @ApiPropertyOptional({ description: 'Attempts after a failure.', type: RetryDto })
  @ValidateIf(given)
  @IsObject()
  @ValidateNested()
  @Type(() => RetryDto)
  retry?: RetryDto;

  @ApiPropertyOptional({
    description:
      'What happens to a run that comes due, or is asked for, while `maxConcurrency` runs of the job are active: `allow` has no limit; `skip` records it as ' +
      'skipped; `queue_one` lets one wait; `queue_all` lets up to `maxQueued` wait; `cancel_other` cancels the active ones and lets the newest wait until they have ended; ' +
      '`force_cancel_other` kills them.',
    enum: OVERLAP_POLICIES,
    default: 'allow',
    example: 'skip',
  })
  @ValidateIf(given)
  @IsIn(OVERLAP_POLICIES)
  overlapPolicy?: OverlapPolicy;

  @ApiPropertyOptional({
    description: 'Runs at the same time; 1 unless given; null exactly with the policy `allow`.',
    minimum: 1,
    maximum: 100_000,
    nullable: true,
    example: 1,
    type: 'integer',
  })
  @ValidateIf(givenNotNull)
  @IsInt()
  @Min(1)
  @Max(100_000)
  maxConcurrency?: number | null;

  @ApiPropertyOptional({
    description: 'Runs that may wait under `queue_all`.',
    minimum: 1,
    maximum: 1_000_000,
    default: 1000,
    example: 1000,
    type: 'integer',
  })
  @ValidateIf(given)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  maxQueued?: number;

  @ApiPropertyOptional({
    description: 'Name or id of the group that it belongs to; null: none.',
    maxLength: 200,
    nullable: true,
    default: null,
    example: null,
    type: String,
  })
  @ValidateIf(givenNotNull)
  @IsString()
  @Length(1, 200)
  group?: string | null;

  @ApiPropertyOptional({
    description: 'Days for which ended executions are kept; 0: for ever; null: as long as the tenant says.',
    minimum: 0,
    maximum: MOST_DAYS,
    nullable: true,
    default: null,
    example: 30,
    type: 'integer',
  })
  @ValidateIf(givenNotNull)
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  historyDays?: number | null;
}

/** Changes to a job: what is absent stays. Objects in `retry` are merged, `args` and `parameters` replaced. */
export class PatchJobDto extends PartialType(JobInputDto, { skipNullProperties: false }) {}

/** A new job, with its triggers if you like. */
export class CreateJobDto extends JobInputDto {
  @ApiPropertyOptional({
    description: 'A paused job does not fire; it can be run by hand.',
    default: false,
    example: false,
  })
  @ValidateIf(given)
  @IsBoolean()
  paused?: boolean;

  @ApiPropertyOptional({ description: 'When it runs. More can be added later.', type: [TriggerInputDto], default: [] })
  @ValidateIf(given)
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => TriggerInputDto)
  triggers?: TriggerInputDto[];
}

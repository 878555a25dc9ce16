import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { AreInterfaceNames, INTERFACES_HELP, MOST_INTERFACES } from '../jobs/interface-names.js';
import { IsUuid } from '../http/is-uuid.js';
import { PageQueryDto } from '../http/page.dto.js';
import { IsInstant, ToInt, ToList } from '../http/query-transforms.js';
import { EXECUTION_STATES, type ExecutionState } from './execution.state.js';
import { IF_BUSY, type IfBusy } from './run-making.service.js';
import type { ExecutionView } from './execution.view.js';

const given = (_dto: object, value: unknown): boolean => value !== undefined;

/** Why an execution did not succeed. */
export class ExecutionErrorDto {
  @ApiProperty({ description: 'A stable word.', example: 'exit_code' }) type: string;
  @ApiProperty({ example: 'The command ended with exit code 2.' }) message: string;
  @ApiPropertyOptional({ description: 'Stack trace of a job class.' }) stack?: string;
}

/** How far a running execution says it is. */
export class ProgressDto {
  @ApiProperty({ nullable: true, type: Number, minimum: 0, maximum: 100, example: 40 }) percent: number | null;
  @ApiProperty({ nullable: true, type: String, example: 'page 4 of 10' }) message: string | null;
}

/** An execution as the API prints it. */
export class ExecutionDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) id: string;
  @ApiProperty({
    description: 'The same as a whole number, for clients that need one.',
    type: 'integer',
    example: 1042,
  })
  number: number;
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) jobId: string;
  @ApiProperty({ description: 'The present name of the job.', example: 'Nightly report' }) jobName: string;
  @ApiProperty({ description: 'Null for a run by hand.', format: 'uuid', nullable: true, type: String, example: null })
  triggerId: string | null;
  @ApiProperty({ enum: ['trigger', 'manual', 'retry', 'backfill'], example: 'manual' }) source: string;
  @ApiProperty({
    description: 'The execution that this one repeats.',
    format: 'uuid',
    nullable: true,
    type: String,
    example: null,
  })
  retryOf: string | null;
  @ApiProperty({ enum: EXECUTION_STATES, example: 'succeeded' }) state: ExecutionState;
  @ApiProperty({
    description:
      'A stable word that explains the state, such as exit_code, timeout, overlap, group_busy, superseded, misfire_coalesced, agent_lost.',
    nullable: true,
    type: String,
    example: null,
  })
  reason: string | null;
  @ApiProperty({
    description: 'The due instant, or the moment of the request.',
    format: 'date-time',
    example: '2026-11-22T08:00:00.000Z',
  })
  scheduledFor: string;
  @ApiProperty({
    description: 'Not started before this: later than scheduledFor with jitter or a retry.',
    format: 'date-time',
    example: '2026-11-22T08:00:00.000Z',
  })
  runAt: string;
  @ApiProperty({ example: 'shell' }) jobClass: string;
  @ApiProperty({ description: 'As they were when it came to be.', type: 'array', items: {}, example: ['echo hello'] })
  args: unknown[];
  @ApiProperty({
    description: 'As they were when it came to be.',
    type: 'object',
    additionalProperties: true,
    example: {},
  })
  parameters: Record<string, unknown>;
  @ApiProperty({
    description: 'What it has for itself on its worker; as they were when it came to be.',
    type: [String],
    example: [],
  })
  interfaces: string[];
  @ApiProperty({ description: '0 until a worker has taken it.', type: 'integer', example: 1 }) attempt: number;
  @ApiProperty({ format: 'uuid', nullable: true, type: String, example: null }) agentId: string | null;
  @ApiProperty({ nullable: true, type: String, example: 'build-7' }) hostname: string | null;
  @ApiProperty({ nullable: true, type: 'integer', example: 4711 }) pid: number | null;
  @ApiProperty({ type: ProgressDto, nullable: true, example: null }) progress: ProgressDto | null;
  @ApiProperty({ nullable: true, type: 'integer', example: 0 }) exitCode: number | null;
  @ApiProperty({ description: 'What the job class returned; any JSON.', nullable: true, example: { exitCode: 0 } })
  result: unknown;
  @ApiProperty({ type: ExecutionErrorDto, nullable: true, example: null }) error: ExecutionErrorDto | null;
  @ApiProperty({ description: 'Null: its trigger.', nullable: true, type: String, example: 'anonymous' }) createdBy:
    string | null;
  @ApiProperty({
    description: 'Who asked to stop it: a user, or `execution <id>` of the run that took its place.',
    nullable: true,
    type: String,
    example: null,
  })
  stopRequestedBy: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.004Z' }) createdAt: string;
  @ApiProperty({
    description: 'Of the latest attempt.',
    format: 'date-time',
    nullable: true,
    type: String,
    example: '2026-11-22T08:00:00.009Z',
  })
  startedAt: string | null;
  @ApiProperty({
    description: 'Not null exactly in a final state.',
    format: 'date-time',
    nullable: true,
    type: String,
    example: '2026-11-22T08:00:00.021Z',
  })
  finishedAt: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.021Z' }) updatedAt: string;
}

/** Which executions to list. */
export class ExecutionQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Of this job.', format: 'uuid', type: String })
  @IsOptional()
  @IsUuid()
  jobId?: string;

  @ApiPropertyOptional({ description: 'Of this trigger.', format: 'uuid', type: String })
  @IsOptional()
  @IsUuid()
  triggerId?: string;

  @ApiPropertyOptional({
    description: 'Of the jobs that are in this group at present, by name or id.',
    type: String,
    maxLength: 200,
    example: 'billing',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  group?: string;

  @ApiPropertyOptional({
    description: 'In one of these states, comma-separated.',
    enum: EXECUTION_STATES,
    isArray: true,
    example: ['failed', 'timed_out'],
  })
  @IsOptional()
  @ToList()
  @IsArray()
  @ArrayMaxSize(EXECUTION_STATES.length)
  @IsIn(EXECUTION_STATES, { each: true })
  state?: ExecutionState[];

  @ApiPropertyOptional({ description: 'Of jobs that carry this tag.', type: String, maxLength: 64, example: 'nightly' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  tag?: string;

  @ApiPropertyOptional({
    description: 'Scheduled for this instant or later.',
    format: 'date-time',
    type: String,
    example: '2026-11-22T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  from?: Date;

  @ApiPropertyOptional({
    description: 'Scheduled for before this instant.',
    format: 'date-time',
    type: String,
    example: '2026-11-23T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  to?: Date;
}

/** How a run by hand differs from the job. An empty body runs the job as it is. */
export class RunNowDto {
  @ApiPropertyOptional({
    description: 'In the place of the arguments of the job.',
    type: 'array',
    items: {},
    example: ['echo by hand'],
  })
  @ValidateIf(given)
  @IsArray()
  args?: unknown[];

  @ApiPropertyOptional({
    description: 'Laid over the parameters of the job, key by key.',
    type: 'object',
    additionalProperties: true,
    example: { env: { MODE: 'test' } },
  })
  @ValidateIf(given)
  @IsObject()
  parameters?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'Not before this instant. Default: now.',
    format: 'date-time',
    type: String,
    example: '2030-01-01T00:00:00Z',
  })
  @ValidateIf(given)
  @IsInstant()
  runAt?: Date;

  @ApiPropertyOptional({
    description: `In the place of those of the job. ${INTERFACES_HELP}`,
    type: [String],
    maxItems: MOST_INTERFACES,
    example: ['eth1'],
  })
  @ValidateIf(given)
  @AreInterfaceNames()
  interfaces?: string[];

  @ApiPropertyOptional({
    description:
      'True passes the limit of the group; the run counts in it all the same. The overlap rule of the job holds.',
    default: false,
    type: Boolean,
    example: false,
  })
  @ValidateIf(given)
  @IsBoolean()
  force?: boolean;

  @ApiPropertyOptional({
    description:
      'What to do when the job or its group has no room, in the place of their rules: `reject` answers 409 `busy` and stores nothing, `queue` waits, `skip` records ' +
      'a skipped execution. With `cancel_other`, `queue` means the rule.',
    enum: IF_BUSY,
    type: String,
    example: 'reject',
  })
  @ValidateIf(given)
  @IsIn(IF_BUSY)
  ifBusy?: IfBusy;
}

/** Which output to read. */
export class LogQueryDto {
  @ApiPropertyOptional({ description: 'Of this attempt only.', minimum: 1, type: 'integer', example: 1 })
  @IsOptional()
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  attempt?: number;

  @ApiPropertyOptional({
    description: 'Pieces per page, each up to 16 KiB.',
    minimum: 1,
    maximum: 1000,
    default: 200,
    type: 'integer',
  })
  @IsOptional()
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 200;

  @ApiPropertyOptional({
    description: '`nextCursor` of the page before. While the run goes on it may be asked again for what came since.',
    type: String,
  })
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** A piece of output; pieces are in the order in which they came. */
export class LogPieceDto {
  @ApiProperty({ type: 'integer', example: 1 }) attempt: number;
  @ApiProperty({
    description: '`log` is what the job class logs and the runner itself says.',
    enum: ['stdout', 'stderr', 'log'],
    example: 'stdout',
  })
  stream: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.012Z' }) at: string;
  @ApiProperty({ example: 'hello\n' }) text: string;
}

/** A page of output. */
export class LogPageDto {
  @ApiProperty({ type: [LogPieceDto] }) items: LogPieceDto[];
  @ApiProperty({
    description: 'Where to go on; also on the last page, because more may come while `isComplete` is false.',
    nullable: true,
    type: String,
    example: 'WzEsNF0',
  })
  nextCursor: string | null;
  @ApiProperty({ description: 'True when the run has ended and this page reaches its last output.', example: true })
  isComplete: boolean;
}

/** An execution as the API prints it. */
export function toExecutionDto(view: ExecutionView): ExecutionDto {
  const hasProgress = view.progressPercent !== null || view.progressMessage !== null;
  return {
    id: view.id,
    number: Number(view.number),
    jobId: view.jobId,
    jobName: view.jobName,
    triggerId: view.triggerId,
    source: view.source,
    retryOf: view.retryOf,
    state: view.state,
    reason: view.reason,
    scheduledFor: view.scheduledFor.toISOString(),
    runAt: view.runAt.toISOString(),
    jobClass: view.jobClass,
    args: view.args,
    parameters: view.parameters,
    interfaces: [...view.interfaces],
    attempt: view.attempt,
    agentId: view.agentId,
    hostname: view.hostname,
    pid: view.pid,
    progress: hasProgress ? { percent: view.progressPercent, message: view.progressMessage } : null,
    exitCode: view.exitCode,
    result: view.result,
    error: view.error,
    createdBy: view.createdBy,
    stopRequestedBy: view.stopRequestedBy,
    createdAt: view.createdAt.toISOString(),
    startedAt: view.startedAt?.toISOString() ?? null,
    finishedAt: view.finishedAt?.toISOString() ?? null,
    updatedAt: view.updatedAt.toISOString(),
  };
}

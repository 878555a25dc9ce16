import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQueryDto } from '../http/page.dto.js';
import { IsUuid } from '../http/is-uuid.js';
import { IsInstant } from '../http/query-transforms.js';

/** Which entries of the audit log to list. */
export class AuditQueryDto extends PageQueryDto {
  @ApiPropertyOptional({
    description: 'From this instant on (ISO 8601 with offset).',
    type: String,
    format: 'date-time',
    example: '2026-11-22T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  from?: Date;

  @ApiPropertyOptional({
    description: 'Before this instant.',
    type: String,
    format: 'date-time',
    example: '2026-11-23T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  to?: Date;

  @ApiPropertyOptional({
    description: 'An event, or all events of a kind of thing: `job.created`, `job.*`.',
    type: String,
    example: 'job.created',
  })
  @IsOptional()
  @Matches(/^[a-z_]{1,40}\.([a-z_]{1,40}|\*)$/, { message: 'event must look like job.created or job.*' })
  event?: string;

  @ApiPropertyOptional({ description: 'Who did it.', type: String, example: 'anonymous' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  actor?: string;

  @ApiPropertyOptional({
    description: 'Entries of this job, its triggers and its executions.',
    type: String,
    format: 'uuid',
  })
  @IsOptional()
  @IsUuid()
  jobId?: string;
}

/** The thing that was changed. */
export class AuditSubjectDto {
  @ApiProperty({ example: 'job' })
  type: string;

  @ApiProperty({ example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ description: 'Its name at that time.', type: String, nullable: true, example: 'nightly report' })
  name: string | null;
}

/** Who changed what. */
export class AuditEntryDto {
  @ApiProperty({ description: 'Grows with time within one server.', example: '4711' })
  id: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.123456Z' })
  at: string;

  @ApiProperty({ example: 'job.updated' })
  event: string;

  @ApiProperty({ description: 'Who did it; `system` for the server itself.', example: 'anonymous' })
  actor: string;

  @ApiProperty({
    description: 'Header `X-Request-Id` of the request.',
    type: String,
    nullable: true,
    example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e',
  })
  requestId: string | null;

  @ApiProperty({
    description: 'The job that the thing belongs to.',
    type: String,
    format: 'uuid',
    nullable: true,
    example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e',
  })
  jobId: string | null;

  @ApiProperty({ type: AuditSubjectDto })
  subject: AuditSubjectDto;

  @ApiProperty({
    description: 'The changed fields as they were; null for a creation.',
    type: Object,
    nullable: true,
    example: { priority: 0 },
  })
  before: Record<string, unknown> | null;

  @ApiProperty({
    description: 'The changed fields as they became; null for a deletion.',
    type: Object,
    nullable: true,
    example: { priority: 10 },
  })
  after: Record<string, unknown> | null;
}

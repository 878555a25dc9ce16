import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { JOB_CLASS_PATTERN } from '../config/settings.js';
import { TENANT_NAME } from './tenants.service.js';
import { IfGiven } from '../http/if-given.decorator.js';

/** Far beyond what one database can run. */
const MOST_RUNNING = 1_000_000;
const LONGEST_DESCRIPTION = 2000;
const MOST_DAYS = 36_500;
const NAME_RULE =
  '$property must be 1 to 64 letters, digits, underscores, dots and hyphens, the first a letter or a digit';

/** A tenant as the API prints it. */
export class TenantDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ description: 'What the header `Tenant` says.', example: 'research' })
  name: string;

  @ApiProperty({ example: 'Jobs of the research group.' })
  description: string;

  @ApiProperty({
    description: 'Job classes that nobody may use for it, besides those of the setting FORBIDDEN_JOB_CLASSES.',
    type: [String],
    example: ['shell', 'user:*'],
  })
  forbiddenJobClasses: string[];

  @ApiProperty({
    description: 'Most runs that workers hold for it at the same time; null: no limit.',
    type: 'integer',
    nullable: true,
    example: 50,
  })
  maxRunning: number | null;

  @ApiProperty({ description: 'Workers that serve all tenants do not serve this one.', example: false })
  dedicatedAgentsOnly: boolean;

  @ApiProperty({
    description: 'Days for which ended executions are kept; 0: for ever; null: as HISTORY_DAYS says. Jobs can differ.',
    nullable: true,
    type: 'integer',
    example: null,
  })
  historyDays: number | null;

  @ApiProperty({
    description: 'Days for which its audit log is kept; 0: for ever; null: as AUDIT_LOG_DAYS says.',
    nullable: true,
    type: 'integer',
    example: null,
  })
  auditLogDays: number | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  createdAt: string;
}

/** A new tenant. */
export class CreateTenantDto {
  @ApiProperty({
    description: 'Unique, and never changed: letters, digits, `_`, `.`, `-`.',
    minLength: 1,
    maxLength: 64,
    example: 'research',
  })
  @IsString()
  @Matches(TENANT_NAME, { message: NAME_RULE })
  name: string;

  @ApiPropertyOptional({ maxLength: LONGEST_DESCRIPTION, type: String, example: 'Jobs of the research group.' })
  @IfGiven()
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string;
}

/** Changes to a tenant; what is absent stays. */
export class UpdateTenantDto {
  @ApiPropertyOptional({ maxLength: LONGEST_DESCRIPTION, type: String, example: 'Jobs of the research group.' })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string;

  @ApiPropertyOptional({
    description:
      'In the place of the present list: names of job classes, and patterns such as `shell`, `user:*`, `reports.*`. Jobs that exist stay, but their runs ' +
      'fail with `forbidden_class`.',
    type: [String],
    maxItems: 100,
    example: ['shell', 'user:*'],
  })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(JOB_CLASS_PATTERN, {
    each: true,
    message: '$property must hold job classes and patterns such as shell, user:* or reports.*',
  })
  forbiddenJobClasses?: string[];

  @ApiPropertyOptional({
    description:
      'Most runs that workers hold for it at the same time, over all its jobs; null: no limit. A lower limit stops nothing that runs.',
    type: 'integer',
    minimum: 1,
    maximum: MOST_RUNNING,
    nullable: true,
    example: 50,
  })
  @ValidateIf((_dto, value) => value !== undefined && value !== null)
  @IsInt()
  @Min(1)
  @Max(MOST_RUNNING)
  maxRunning?: number | null;

  @ApiPropertyOptional({
    description:
      'True: only workers of its own serve it (`WORKER_TENANT`). Without one its runs stay pending; what runs elsewhere goes on.',
    type: Boolean,
    example: false,
  })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsBoolean()
  dedicatedAgentsOnly?: boolean;

  @ApiPropertyOptional({
    description: 'Days for which ended executions are kept; 0: for ever; null: as HISTORY_DAYS says. Jobs can differ.',
    minimum: 0,
    maximum: MOST_DAYS,
    nullable: true,
    type: 'integer',
    example: 30,
  })
  @ValidateIf((_dto, value) => value !== undefined && value !== null)
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  historyDays?: number | null;

  @ApiPropertyOptional({
    description: 'Days for which its audit log is kept; 0: for ever; null: as AUDIT_LOG_DAYS says.',
    minimum: 0,
    maximum: MOST_DAYS,
    nullable: true,
    type: 'integer',
    example: 365,
  })
  @ValidateIf((_dto, value) => value !== undefined && value !== null)
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  auditLogDays?: number | null;
}

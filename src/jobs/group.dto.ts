import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQueryDto } from '../http/page.dto.js';
import { GROUP_RULES } from './group.entity.js';
import type { GroupRow } from './groups.service.js';

/** A group as the API prints it. */
export class GroupDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) id: string;
  @ApiProperty({ example: 'billing' }) name: string;
  @ApiProperty({ example: 'Everything that writes to the ledger.' }) description: string;
  @ApiProperty({ type: 'object', additionalProperties: true, example: { owner: 'finance' } })
  attributes: Record<string, unknown>;
  @ApiProperty({ nullable: true, type: 'integer', example: 1 }) maxConcurrency: number | null;
  @ApiProperty({ enum: GROUP_RULES, example: 'queue' }) whenBusy: string;
  @ApiProperty({ type: 'integer', example: 1000 }) maxQueued: number;
  @ApiProperty({ description: 'Jobs that belong to it.', type: 'integer', example: 3 }) jobs: number;
  @ApiProperty({
    description: 'Runs that count towards the limit now, forced ones too; null while the group has never had a limit.',
    nullable: true,
    type: 'integer',
    example: 1,
  })
  active: number | null;
  @ApiProperty({ description: 'Runs that wait for the group now.', nullable: true, type: 'integer', example: 0 })
  queued: number | null;
  @ApiProperty({ description: 'Grows with every edit; the ETag.', type: 'integer', example: 1 }) version: number;
  @ApiProperty({ example: 'anonymous' }) createdBy: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) createdAt: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) updatedAt: string;
}

/** Which groups to list. */
export class GroupQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Part of the name, any case.', type: String, maxLength: 200, example: 'bill' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;
}

/** A group as the API prints it. */
export function toGroupDto(row: GroupRow): GroupDto {
  const { id, name, description, attributes, maxConcurrency, whenBusy, maxQueued, jobs, active, queued } = row;
  return {
    ...{ id, name, description, attributes, maxConcurrency, whenBusy, maxQueued, jobs, active, queued },
    version: row.version,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

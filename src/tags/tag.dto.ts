import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { PageQueryDto } from '../http/page.dto.js';
import { IsTagName } from './tag-name.js';
import { IfGiven } from '../http/if-given.decorator.js';

const LONGEST_DESCRIPTION = 2000;

/** A tag as the API prints it. */
export class TagDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ description: 'The integer by which PyFarm clients know it.', example: 17, type: 'integer' })
  number: number;

  @ApiProperty({ example: 'nightly' })
  name: string;

  @ApiProperty({ description: 'What the tag means; empty if nobody said.', example: 'Runs between 01:00 and 05:00.' })
  description: string;

  @ApiProperty({ description: 'Jobs that carry the tag.', example: 3, type: 'integer' })
  jobs: number;

  @ApiProperty({ description: 'Agents that it is attached to and that are there.', example: 1, type: 'integer' })
  agents: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  createdAt: string;
}

/** A new tag. */
export class CreateTagDto {
  @ApiProperty({
    description: 'Unique in the tenant; case matters. No commas, no control characters.',
    minLength: 1,
    maxLength: 64,
    example: 'nightly',
  })
  @IsTagName()
  name: string;

  @ApiPropertyOptional({
    description: 'What the tag means.',
    maxLength: LONGEST_DESCRIPTION,
    example: 'Runs between 01:00 and 05:00.',
    type: String,
  })
  @IfGiven()
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string;
}

/** Changes to a tag; what is absent stays. */
export class UpdateTagDto {
  @ApiPropertyOptional({
    description: 'A new name; jobs and agents keep the tag.',
    minLength: 1,
    maxLength: 64,
    example: 'every-night',
    type: String,
  })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsTagName()
  name?: string;

  @ApiPropertyOptional({ maxLength: LONGEST_DESCRIPTION, type: String, example: 'Runs before 05:00.' })
  @ValidateIf((_dto, value) => value !== undefined)
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string;
}

/** Which tags to list. */
export class TagQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Part of the name, any case.', type: String, maxLength: 64, example: 'night' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  q?: string;
}

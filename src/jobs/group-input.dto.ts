import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsInt, IsObject, IsString, Length, Matches, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { GROUP_RULES, type GroupRule } from './group.entity.js';

const given = (_dto: object, value: unknown): boolean => value !== undefined;
const givenNotNull = (_dto: object, value: unknown): boolean => value !== undefined && value !== null;

/** No control characters, no blank at either end, and nothing that reads like an id: jobs name groups by name or id. */
const GROUP_NAME = /^(?![0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$)(?!\s)[^\p{Cc}\p{Cs}]{1,200}(?<!\s)$/u;

/** The definition of a group, whole. What is absent gets its default, also in a PUT. */
export class GroupInputDto {
  @ApiProperty({
    description: 'Unique in the tenant; case matters. Must not look like a UUID.',
    minLength: 1,
    maxLength: 200,
    example: 'billing',
  })
  @IsString()
  @Length(1, 200)
  @Matches(GROUP_NAME, {
    message: '$property must be 1 to 200 characters without control characters and outer blanks, and not be a UUID',
  })
  name: string;

  @ApiPropertyOptional({ maxLength: 4000, default: '', example: 'Everything that writes to the ledger.' })
  @ValidateIf(given)
  @IsString()
  @MaxLength(4000)
  description?: string;

  @ApiPropertyOptional({
    description: 'Facts of your own; Carillon only keeps them.',
    type: 'object',
    additionalProperties: true,
    default: {},
    example: { owner: 'finance' },
  })
  @ValidateIf(given)
  @IsObject()
  attributes?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'Runs of all jobs of the group at the same time; null: no limit.',
    minimum: 1,
    maximum: 100_000,
    nullable: true,
    default: null,
    example: 1,
    type: 'integer',
  })
  @ValidateIf(givenNotNull)
  @IsInt()
  @Min(1)
  @Max(100_000)
  maxConcurrency?: number | null;

  @ApiPropertyOptional({
    description:
      'What happens to a run beyond `maxConcurrency`: `queue` lets up to `maxQueued` wait, first in, first out; `skip` records it as skipped; `reject` refuses ' +
      'a run by hand, of which nothing is stored, and skips an occurrence of a trigger.',
    enum: GROUP_RULES,
    default: 'queue',
    example: 'queue',
  })
  @ValidateIf(given)
  @IsIn(GROUP_RULES)
  whenBusy?: GroupRule;

  @ApiPropertyOptional({
    description: 'Runs that may wait for the group.',
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
}

/** Changes to a group: what is absent stays; `attributes` are replaced. */
export class PatchGroupDto extends PartialType(GroupInputDto, { skipNullProperties: false }) {}

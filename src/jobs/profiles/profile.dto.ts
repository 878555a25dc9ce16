import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsString, Length, Matches, MaxLength, ValidateIf } from 'class-validator';
import type { Profile } from './profile.entity.js';

const given = (_dto: object, value: unknown): boolean => value !== undefined;
/** Most characters of a name. */
export const LONGEST_PROFILE_NAME = 200;
/** Most characters of a description. */
export const LONGEST_PROFILE_DESCRIPTION = 4_000;
/** Most characters of the contents. */
export const LONGEST_CONTENTS = 524_288;

/** A profile, whole. What is absent gets its default, also in a PUT. */
export class ProfileInputDto {
  @ApiProperty({
    description: 'Unique in the tenant.',
    minLength: 1,
    maxLength: LONGEST_PROFILE_NAME,
    example: 'Lab bench 3',
  })
  @IsString()
  @Length(1, LONGEST_PROFILE_NAME)
  @Matches(/^\P{Cc}*$/u, { message: '$property must not hold control characters' })
  name: string;

  @ApiPropertyOptional({ maxLength: LONGEST_PROFILE_DESCRIPTION, default: '', example: 'Two ports.', type: String })
  @ValidateIf(given)
  @IsString()
  @MaxLength(LONGEST_PROFILE_DESCRIPTION)
  description?: string;

  @ApiPropertyOptional({
    description:
      'The parameters as text, in whatever form your job classes read. The CDRouter API reads `testvar` lines.',
    maxLength: LONGEST_CONTENTS,
    default: '',
    example: 'testvar lanInterface eth1\n',
    type: String,
  })
  @ValidateIf(given)
  @IsString()
  @MaxLength(LONGEST_CONTENTS)
  contents?: string;
}

/** Changes to a profile: what is absent stays. */
export class PatchProfileDto extends PartialType(ProfileInputDto, { skipNullProperties: false }) {}

/** A profile as the API prints it. */
export class ProfileDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) id: string;
  @ApiProperty({ description: 'The id of the config in the CDRouter API.', type: 'integer', example: 34 })
  number: number;
  @ApiProperty({ example: 'Lab bench 3' }) name: string;
  @ApiProperty({ example: 'Two ports.' }) description: string;
  @ApiProperty({ example: 'testvar lanInterface eth1\n' }) contents: string;
  @ApiProperty({
    description: 'What compatible APIs keep of it, by the name of the API; read-only.',
    type: 'object',
    additionalProperties: true,
    example: {},
  })
  annotations: Record<string, unknown>;
  @ApiProperty({ description: 'Grows with every edit; the ETag.', type: 'integer', example: 1 }) version: number;
  @ApiProperty({ example: 'anonymous' }) createdBy: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) createdAt: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) updatedAt: string;
}

/** A profile as the API prints it. */
export function toProfileDto({ number, createdAt, updatedAt, ...profile }: Profile): ProfileDto {
  const { id, name, description, contents, annotations, version, createdBy } = profile;
  return {
    ...{ id, number: Number(number), name, description, contents, annotations, version, createdBy },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ROLES, type TenantRole } from '../../context/request-context.js';
import { IsInstant } from '../../http/query-transforms.js';
import type { TokenRow } from '../tokens.service.js';

const INSTANT = { type: String, format: 'date-time', nullable: true, example: '2027-11-22T08:00:00.000Z' } as const;

/** A token as the API prints it, without its secret. */
export class TokenDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ description: 'Who acts, in the audit log.', example: 'deploy' })
  name: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role', example: 'operator' })
  role: TenantRole;

  @ApiProperty({ description: 'Its first characters, to recognise it by.', example: 'cr_Zk3xQ' })
  hint: string;

  @ApiProperty({ example: 'mara' })
  createdBy: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ description: 'null: never.', ...INSTANT })
  expiresAt: string | null;

  @ApiProperty({ description: 'To the minute; null: never used.', ...INSTANT })
  lastUsedAt: string | null;

  @ApiProperty({ description: 'null: not revoked.', ...INSTANT })
  revokedAt: string | null;
}

/** A token that was just made: the only time that its secret is shown. */
export class NewTokenDto extends TokenDto {
  @ApiProperty({
    description: 'For `Authorization: Bearer`. Keep it now: the server does not know it.',
    example: 'cr_Zk3xQyN0Jw5c2bT7mPq9rS1uVxYz4aBdEfGhIjKlMno',
  })
  token: string;
}

/** A new token. */
export class CreateTokenDto {
  @ApiProperty({ description: 'Unique among the tokens in use.', minLength: 1, maxLength: 100, example: 'deploy' })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  name: string;

  @ApiProperty({ description: 'It can never do more than the user who made it.', enum: ROLES, enumName: 'Role' })
  @IsIn(ROLES)
  role: TenantRole;

  @ApiPropertyOptional({ description: 'ISO 8601 with an offset; absent or null: it does not expire.', ...INSTANT })
  @IsOptional()
  @IsInstant()
  expiresAt?: Date | null;
}

/** A token as the API prints it. */
export function toTokenDto(token: TokenRow): TokenDto {
  return printed(token);
}

/** A token that was just made, with its secret. */
export function toNewTokenDto(token: TokenRow, secret: string): NewTokenDto {
  return { ...printed(token), token: secret };
}

function printed(token: TokenRow): { [Field in keyof TokenDto]: TokenDto[Field] } {
  return {
    ...token,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt?.toISOString() ?? null,
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
    revokedAt: token.revokedAt?.toISOString() ?? null,
  };
}

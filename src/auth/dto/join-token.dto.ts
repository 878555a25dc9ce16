import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import type { JoinTokenRow } from '../agent-join-tokens.service.js';
import { IfGiven } from '../../http/if-given.decorator.js';

const DEFAULT_SECONDS = 3_600;
const INSTANT = { type: String, format: 'date-time', nullable: true, example: null } as const;

/** A join token as the API prints it, without its secret. */
export class JoinTokenDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ example: 'render farm, rack 3' })
  name: string;

  @ApiProperty({ description: 'Its first characters, to recognise it by.', example: 'crj_Zk3xQ' })
  hint: string;

  @ApiProperty({ description: 'The agent will serve every tenant.', example: false })
  shared: boolean;

  @ApiProperty({ example: 'mara' })
  createdBy: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T09:00:00.000Z' })
  expiresAt: string;

  @ApiProperty({ description: 'When an agent came with it; null: not yet.', ...INSTANT })
  usedAt: string | null;

  @ApiProperty({ description: 'null: not revoked.', ...INSTANT })
  revokedAt: string | null;
}

/** A join token that was just made: the only time that its secret is shown. */
export class NewJoinTokenDto extends JoinTokenDto {
  @ApiProperty({
    description: 'For `carillon-agent --token`, once. Keep it now: the server does not know it.',
    example: 'crj_Zk3xQyN0Jw5c2bT7mPq9rS1uVxYz4aBdEfGhIjKlMno',
  })
  token: string;
}

/** A new join token. */
export class CreateJoinTokenDto {
  @ApiProperty({ description: 'What it is for.', minLength: 1, maxLength: 100, example: 'render farm, rack 3' })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  name: string;

  @ApiPropertyOptional({
    description: 'The agent shall serve every tenant. Only system administrators may say so.',
    default: false,
  })
  @IfGiven()
  @IsBoolean()
  shared?: boolean;

  @ApiPropertyOptional({
    description: 'Seconds in which it has to be used.',
    type: 'integer',
    minimum: 60,
    maximum: 2_592_000,
    default: DEFAULT_SECONDS,
  })
  @IfGiven()
  @IsInt()
  @Min(60)
  @Max(2_592_000)
  expiresInSeconds?: number;
}

/** What the service wants to know of a request, defaults filled in. */
export function toNewJoinToken(body: CreateJoinTokenDto): {
  name: string;
  isShared: boolean;
  expiresInSeconds: number;
} {
  return {
    name: body.name,
    isShared: body.shared ?? false,
    expiresInSeconds: body.expiresInSeconds ?? DEFAULT_SECONDS,
  };
}

/** A join token as the API prints it. */
export function toJoinTokenDto({ isShared, ...token }: JoinTokenRow): JoinTokenDto {
  return {
    ...token,
    shared: isShared,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt.toISOString(),
    usedAt: token.usedAt?.toISOString() ?? null,
    revokedAt: token.revokedAt?.toISOString() ?? null,
  };
}

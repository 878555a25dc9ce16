import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { PROTOCOL_VERSION, type Registered, type Registration } from '../../agents/agent-protocol.js';
import { IsTagName } from '../../tags/tag-name.js';
import { IfGiven } from '../../http/if-given.decorator.js';

const LARGEST_INT = 2_147_483_647;

/** An agent on another machine signs on. */
export class RegisterAgentDto implements Registration {
  @ApiProperty({ description: 'Version of the protocol that it speaks.', enum: [PROTOCOL_VERSION], example: 1 })
  @IsIn([PROTOCOL_VERSION])
  protocol: number;

  @ApiProperty({ minLength: 1, maxLength: 200, example: 'render-3' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiProperty({ minLength: 1, maxLength: 255, example: 'render-3.example.org' })
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  hostname: string;

  @ApiProperty({ description: 'Runs at the same time.', type: 'integer', minimum: 1, maximum: 10_000, example: 4 })
  @IsInt()
  @Min(1)
  @Max(10_000)
  slots: number;

  @ApiPropertyOptional({
    description: 'What it can do; compared in lower case with what jobs require and exclude.',
    type: [String],
    example: ['gpu', 'linux'],
    default: [],
  })
  @IfGiven()
  @IsArray()
  @ArrayMaxSize(100)
  @IsTagName({ each: true })
  tags?: string[];

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: LARGEST_INT, example: 4711 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LARGEST_INT)
  pid?: number | null;

  @ApiPropertyOptional({
    description: 'Of its program.',
    type: String,
    nullable: true,
    maxLength: 100,
    example: '0.1.0',
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  version?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 100, example: 'linux x64' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  platform?: string | null;

  @ApiPropertyOptional({
    description:
      'A random text of the agent. Needed with a join token: within ten minutes the same key may use the token again, because the answer may have been lost.',
    pattern: '^[A-Za-z0-9_-]{16,100}$',
    example: 'mY2kq0b8QxWn4TzR',
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{16,100}$/, { message: 'instanceKey must be 16 to 100 letters, digits, - or _' })
  instanceKey?: string;

  @ApiPropertyOptional({
    description:
      'It serves every tenant; only system administrators may say so. A join token or credential has decided it already. Default: true in the open mode, else false.',
  })
  @IsOptional()
  @IsBoolean()
  shared?: boolean;
}

/** What an agent that signed on needs to know. */
export class RegisteredDto implements Registered {
  @ApiProperty({ format: 'uuid', description: 'Of this life of the agent; it is part of all further paths.' })
  agentId: string;

  @ApiProperty({
    description:
      'Bearer token for everything that follows, also for registering again. null: go on with the one that you have.',
    type: String,
    nullable: true,
    example: 'cra_Zk3xQyN0Jw5c2bT7mPq9rS1uVxYz4aBdEfGhIjKlMno',
  })
  credential: string | null;

  @ApiProperty({ description: 'Silence after which the agent is lost.', type: 'integer', example: 30_000 })
  leaseMs: number;

  @ApiProperty({ description: 'Send heartbeats at least this often.', type: 'integer', example: 10_000 })
  heartbeatMs: number;

  @ApiProperty({ description: 'Largest body that the server reads.', type: 'integer', example: 1_048_576 })
  maxBodyBytes: number;
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { MOST_RUNS } from '../../agents/agent-protocol.js';
import { IsInstant } from '../../http/query-transforms.js';
import { ImmediateClaimDto } from './claim.dto.js';
import { FencedRunDto } from './held-run.dto.js';

const LARGEST_INT = 2_147_483_647;
const STATUSES = ['succeeded', 'failed', 'timed_out', 'cancelled'] as const;

/** Why an attempt did not succeed. */
export class EndErrorDto {
  @ApiProperty({ description: 'A stable word.', pattern: '^[a-z][a-z0-9_]{0,63}$', example: 'exit_code' })
  @Matches(/^[a-z][a-z0-9_]{0,63}$/, { message: 'type must be a word of lower-case letters, digits and _' })
  type: string;

  @ApiProperty({ maxLength: 10_000, example: 'The program ended with exit code 2.' })
  @IsString()
  @MaxLength(10_000)
  message: string;

  @ApiPropertyOptional({ maxLength: 50_000 })
  @IsOptional()
  @IsString()
  @MaxLength(50_000)
  stack?: string;
}

/** The end of an attempt. */
export class EndedRunDto extends FencedRunDto {
  @ApiProperty({ enum: STATUSES })
  @IsIn(STATUSES)
  status: (typeof STATUSES)[number];

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: -LARGEST_INT, maximum: LARGEST_INT, example: 0 })
  @IsOptional()
  @IsInt()
  @Min(-LARGEST_INT)
  @Max(LARGEST_INT)
  exitCode?: number | null;

  @ApiPropertyOptional({ description: 'Any JSON value.', nullable: true, example: { exitCode: 0 } })
  @IsOptional()
  result?: unknown;

  @ApiPropertyOptional({ description: 'Required unless it succeeded.', type: EndErrorDto, nullable: true })
  @ValidateIf((end: EndedRunDto) => end.status !== 'succeeded' || (end.error !== undefined && end.error !== null))
  @IsObject()
  @ValidateNested()
  @Type(() => EndErrorDto)
  error?: EndErrorDto | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: LARGEST_INT })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LARGEST_INT)
  pid?: number | null;

  @ApiPropertyOptional({ description: 'null: it never began.', type: String, format: 'date-time', nullable: true })
  @IsOptional()
  @IsInstant()
  startedAt?: Date | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  @IsInstant()
  finishedAt: Date;

  @ApiPropertyOptional({
    description: 'The agent had to break it off because it leaves; it runs again if it has attempts left.',
    default: false,
  })
  @IsOptional()
  @IsBoolean()
  interrupted?: boolean;
}

/** Ends of attempts, and perhaps a request for more work. */
export class CompletionDto {
  @ApiProperty({ type: [EndedRunDto], minItems: 1, maxItems: MOST_RUNS })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_RUNS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => EndedRunDto)
  ends: EndedRunDto[];

  @ApiPropertyOptional({ description: 'Take more in the same round trip, without waiting.', type: ImmediateClaimDto })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ImmediateClaimDto)
  claim?: ImmediateClaimDto;
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { LONGEST_PIECE, MOST_PIECES, MOST_RUNS } from '../../agents/agent-protocol.js';
import { IsInstant } from '../../http/query-transforms.js';
import { FencedRunDto } from './held-run.dto.js';

const LARGEST_INT = 2_147_483_647;
const STREAMS = ['stdout', 'stderr', 'log'] as const;

/** What a run says of itself; absent and null leave what is there. */
export class ReportedRunDto extends FencedRunDto {
  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: LARGEST_INT, example: 4711 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LARGEST_INT)
  pid?: number | null;

  @ApiPropertyOptional({ description: 'It began; once is enough.', type: String, format: 'date-time', nullable: true })
  @IsOptional()
  @IsInstant()
  startedAt?: Date | null;

  @ApiPropertyOptional({ description: 'How far it is.', type: Number, nullable: true, minimum: 0, maximum: 100 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(100)
  percent?: number | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 1_000, example: 'frame 12 of 80' })
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  message?: string | null;
}

/** Starts and progress of runs. */
export class ReportsDto {
  @ApiProperty({ type: [ReportedRunDto], minItems: 1, maxItems: MOST_RUNS })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_RUNS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ReportedRunDto)
  runs: ReportedRunDto[];
}

/** A piece of output. */
export class LoggedPieceDto extends FencedRunDto {
  @ApiProperty({
    description: 'Grows within the attempt. What is stored under a number stays, so a repeat changes nothing.',
    type: 'integer',
    minimum: 0,
    maximum: LARGEST_INT,
  })
  @IsInt()
  @Min(0)
  @Max(LARGEST_INT)
  seq: number;

  @ApiProperty({ enum: STREAMS })
  @IsIn(STREAMS)
  stream: (typeof STREAMS)[number];

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  @IsInstant()
  at: Date;

  @ApiProperty({ maxLength: LONGEST_PIECE, example: 'hello\n' })
  @IsString()
  @MaxLength(LONGEST_PIECE)
  text: string;
}

/** Output of runs. */
export class LogsDto {
  @ApiProperty({ type: [LoggedPieceDto], minItems: 1, maxItems: MOST_PIECES })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_PIECES)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => LoggedPieceDto)
  pieces: LoggedPieceDto[];
}

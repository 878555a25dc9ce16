import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import type { HeldRun, Stop, StopWord } from '../../agents/agent-protocol.js';
import { IsUuid } from '../../http/is-uuid.js';

const STOP_WORDS: readonly StopWord[] = ['cancel', 'force_cancel'];

const MOST_HELD = 20_000;

/** What names one attempt: the run and its fence. */
export class FencedRunDto {
  @ApiProperty({ description: 'Of the execution.', format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  @IsUuid()
  id: string;

  @ApiProperty({
    description: 'As the claim gave it.',
    type: 'integer',
    minimum: 1,
    maximum: 2_147_483_647,
    example: 1,
  })
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  fence: number;
}

/** A run that the agent holds: about to start, started, or ended and not yet recorded. */
export class HeldRunDto extends FencedRunDto implements HeldRun {
  @ApiPropertyOptional({ description: 'The stop that the agent knows of.', enum: STOP_WORDS })
  @IsOptional()
  @IsIn(STOP_WORDS)
  stopping?: StopWord;
}

/** All that the agent holds. `description`: what is made of it. */
export function HeldRuns(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ description, type: [HeldRunDto], maxItems: MOST_HELD }),
    IsArray(),
    ArrayMaxSize(MOST_HELD),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(() => HeldRunDto),
  );
}

/** A run to be stopped. */
export class StopDto implements Stop {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ enum: STOP_WORDS })
  stop: StopWord;
}

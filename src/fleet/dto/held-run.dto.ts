import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import type { HeldRun, Stop, StopWord } from '../../agents/agent-protocol.js';
import { IsUuid } from '../../http/is-uuid.js';

const STOP_WORDS: readonly StopWord[] = ['cancel', 'force_cancel'];

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

/** A run to be stopped. */
export class StopDto implements Stop {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ enum: STOP_WORDS })
  stop: StopWord;
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min, ValidateIf } from 'class-validator';
import { IsUuid } from '../../http/is-uuid.js';
import { PageQueryDto } from '../../http/page.dto.js';
import { IsInstant } from '../../http/query-transforms.js';
import { BACKFILL_DIRECTIONS, BACKFILL_STATES, type BackfillDirection, type BackfillState } from './backfill.entity.js';

const given = (_dto: object, value: unknown): boolean => value !== undefined;
const MOST_SHOWN = 1_000;

/** Which instants of a trigger to run. */
export class BackfillInputDto {
  @ApiProperty({ description: 'First instant.', format: 'date-time', type: String, example: '2026-01-01T00:00:00Z' })
  @IsInstant()
  from: Date;

  @ApiProperty({
    description: 'Last instant, inclusive. Not ahead of now. At most 100,000 instants lie in between.',
    format: 'date-time',
    type: String,
    example: '2026-01-31T23:59:59Z',
  })
  @IsInstant()
  to: Date;

  @ApiPropertyOptional({
    description: 'List the instants and store nothing; the answer is 200.',
    default: false,
    example: false,
  })
  @ValidateIf(given)
  @IsBoolean()
  dryRun: boolean = false;

  @ApiPropertyOptional({
    description: 'Runs of this backfill that may be unfinished at once.',
    minimum: 1,
    maximum: 1_000,
    default: 1,
    type: 'integer',
    example: 5,
  })
  @ValidateIf(given)
  @IsInt()
  @Min(1)
  @Max(1_000)
  maxConcurrency: number = 1;

  @ApiPropertyOptional({ enum: BACKFILL_DIRECTIONS, default: 'oldest_first', example: 'oldest_first' })
  @ValidateIf(given)
  @IsIn(BACKFILL_DIRECTIONS)
  order: BackfillDirection = 'oldest_first';

  @ApiPropertyOptional({
    description:
      'Also run instants whose execution is `missed` or `skipped`: as new executions with the source `backfill` whose `retryOf` is that one.',
    default: false,
    example: true,
  })
  @ValidateIf(given)
  @IsBoolean()
  includeMissed: boolean = false;

  @ApiPropertyOptional({
    description: 'With `dryRun`: instants to list.',
    minimum: 1,
    maximum: MOST_SHOWN,
    default: 100,
    type: 'integer',
    example: 100,
  })
  @ValidateIf(given)
  @IsInt()
  @Min(1)
  @Max(MOST_SHOWN)
  count: number = 100;

  @ApiPropertyOptional({
    description: 'With `dryRun`: list instants after this one, for the next page.',
    format: 'date-time',
    type: String,
    example: '2026-01-05T00:00:00Z',
  })
  @ValidateIf(given)
  @IsInstant()
  after?: Date;
}

/** Which backfills to list. */
export class BackfillQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Of this trigger.', format: 'uuid', type: String })
  @IsOptional()
  @IsUuid()
  triggerId?: string;

  @ApiPropertyOptional({ description: 'In this state.', enum: BACKFILL_STATES })
  @IsOptional()
  @IsIn(BACKFILL_STATES)
  state?: BackfillState;
}

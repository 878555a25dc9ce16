import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import type { Preview } from '../calendar/preview.js';
import { IsInstant, ToBoolean, ToInt } from '../http/query-transforms.js';
import { ScheduleInputDto } from './trigger-input.dto.js';

const MOST = 1_000;
const DEFAULT_COUNT = 10;
const MARKS = ['gap_shifted', 'gap_transition', 'overlap_first', 'overlap_second'];

const Count = ApiPropertyOptional({
  description: 'Instants to show.',
  minimum: 1,
  maximum: MOST,
  default: DEFAULT_COUNT,
  type: 'integer',
  example: 5,
});
const After = ApiPropertyOptional({
  description: 'Show instants after this one. Default: now.',
  format: 'date-time',
  type: String,
  example: '2026-03-28T00:00:00Z',
});
const ShowExcluded = ApiPropertyOptional({
  description: 'Show also the instants that a calendar keeps from running.',
  default: false,
  type: Boolean,
  example: true,
});

/** How much of a stored trigger's future to show. */
export class PreviewQueryDto {
  @Count
  @IsOptional()
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(MOST)
  count: number = DEFAULT_COUNT;

  @After
  @IsOptional()
  @IsInstant()
  after?: Date;

  @ShowExcluded
  @IsOptional()
  @ToBoolean()
  @IsBoolean()
  showExcluded: boolean = false;
}

/** A schedule to try out; nothing is stored. */
export class PreviewInputDto extends ScheduleInputDto {
  @Count
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST)
  count: number = DEFAULT_COUNT;

  @After
  @IsOptional()
  @IsInstant()
  after?: Date;

  @ShowExcluded
  @IsOptional()
  @IsBoolean()
  showExcluded: boolean = false;
}

/** One instant of a preview. */
export class PreviewInstantDto {
  @ApiProperty({ format: 'date-time', example: '2026-03-29T01:00:00.000Z' }) at: string;
  @ApiProperty({
    description: 'The same in the zone of the schedule, with its offset.',
    example: '2026-03-29T03:00:00+02:00',
  })
  local: string;
  @ApiProperty({
    description: 'What daylight saving did to it, null: nothing.',
    enum: MARKS,
    nullable: true,
    example: 'gap_transition',
  })
  dst: string | null;
  @ApiProperty({
    description: 'The calendar that keeps it from running, with `showExcluded`; null: it runs.',
    nullable: true,
    type: String,
    example: null,
  })
  excludedBy: string | null;
}

/** A time that daylight saving keeps from running. */
export class PreviewSkippedDto {
  @ApiProperty({
    description:
      'The instant under which it is recorded as `skipped`: the showing that was not chosen; for a time that does not exist, the one at which `dstGap: shift` would run it.',
    format: 'date-time',
    example: '2026-03-29T01:30:00.000Z',
  })
  at: string;
  @ApiProperty({ description: 'The wall-clock time that was asked for.', example: '2026-03-29T02:30:00' })
  wallClock: string;
  @ApiProperty({
    description:
      '`gap_skipped`: it does not exist that day; `overlap_skipped`: it comes twice, and this is not the one.',
    enum: ['gap_skipped', 'overlap_skipped'],
    example: 'gap_skipped',
  })
  dst: string;
}

/** The next instants; fewer than asked for when the schedule ends. */
export class PreviewDto {
  @ApiProperty({ type: [PreviewInstantDto] }) instants: PreviewInstantDto[];
  @ApiProperty({
    description:
      'What daylight saving keeps from running after the start and before the last of the instants, at most 1,000.',
    type: [PreviewSkippedDto],
  })
  skipped: PreviewSkippedDto[];
}

/** A preview as the API prints it. */
export function toPreviewDto({ instants, skipped }: Preview): PreviewDto {
  return { instants: instants.map(printed), skipped: skipped.map(printed) };
}

function printed<T extends { readonly atMs: number }>({ atMs, ...shown }: T): Omit<T, 'atMs'> & { at: string } {
  return { at: new Date(atMs).toISOString(), ...shown };
}

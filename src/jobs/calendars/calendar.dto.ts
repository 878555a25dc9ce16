import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsObject,
  IsString,
  Length,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { MOST_ENTRIES } from '../../calendar/exclusion-calendar.js';
import { LONGEST_RRULE_TEXT } from '../../calendar/rrule-text.js';
import { IsCalendarName } from './calendar-name.js';
import type { Calendar } from './calendar.entity.js';

const given = (_dto: object, value: unknown): boolean => value !== undefined;
const LONGEST_DESCRIPTION = 2_000;

/** One entry of a calendar: `date`, or `from` and `to`, or `yearly`, or `rrule`, or `cron`. */
export class CalendarEntryDto {
  @ApiPropertyOptional({ description: 'One day.', maxLength: 10, example: '2026-12-24', type: String })
  @ValidateIf(given)
  @IsString()
  @MaxLength(10)
  date?: string;

  @ApiPropertyOptional({ description: 'First day of a range.', maxLength: 10, type: String })
  @ValidateIf(given)
  @IsString()
  @MaxLength(10)
  from?: string;

  @ApiPropertyOptional({ description: 'Last day of a range, inclusive.', maxLength: 10, type: String })
  @ValidateIf(given)
  @IsString()
  @MaxLength(10)
  to?: string;

  @ApiPropertyOptional({ description: 'Month and day of every year.', maxLength: 5, type: String })
  @ValidateIf(given)
  @IsString()
  @MaxLength(5)
  yearly?: string;

  @ApiPropertyOptional({
    description: 'DTSTART and RRULE lines (RFC 5545): the whole days on which the rule has a time.',
    maxLength: LONGEST_RRULE_TEXT,
    type: String,
  })
  @ValidateIf(given)
  @IsString()
  @Length(1, LONGEST_RRULE_TEXT)
  rrule?: string;

  @ApiPropertyOptional({
    description: 'A cron expression: the minutes that it selects, the seconds with six fields.',
    maxLength: 500,
    type: String,
  })
  @ValidateIf(given)
  @IsString()
  @Length(1, 500)
  cron?: string;
}

/** A calendar, whole. What is absent gets its default, also in a PUT. */
export class CalendarInputDto {
  @ApiProperty({
    description: 'Unique in the tenant; triggers name it.',
    minLength: 1,
    maxLength: 100,
    example: 'holidays',
  })
  @IsCalendarName()
  name: string;

  @ApiPropertyOptional({ maxLength: LONGEST_DESCRIPTION, default: '', example: 'The office is closed.', type: String })
  @ValidateIf(given)
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string;

  @ApiPropertyOptional({
    description: 'IANA name of the zone in which its days begin and end.',
    default: 'UTC',
    maxLength: 100,
    example: 'Europe/Berlin',
    type: String,
  })
  @ValidateIf(given)
  @IsString()
  @Length(1, 100)
  timeZone?: string;

  @ApiPropertyOptional({
    description: 'What it covers, all of them together.',
    type: [CalendarEntryDto],
    maxItems: MOST_ENTRIES,
    default: [],
    example: [{ yearly: '12-25' }, { from: '2026-12-28', to: '2026-12-31' }, { cron: '* * * * sat,sun' }],
  })
  @ValidateIf(given)
  @IsArray()
  @ArrayMaxSize(MOST_ENTRIES)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => CalendarEntryDto)
  entries?: CalendarEntryDto[];
}

/** Changes to a calendar: what is absent stays. */
export class PatchCalendarDto extends PartialType(CalendarInputDto, { skipNullProperties: false }) {}

/** A calendar as the API prints it. */
export class CalendarDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }) id: string;
  @ApiProperty({ example: 'holidays' }) name: string;
  @ApiProperty({ example: 'The office is closed.' }) description: string;
  @ApiProperty({ example: 'Europe/Berlin' }) timeZone: string;
  @ApiProperty({ type: [CalendarEntryDto] }) entries: CalendarEntryDto[];
  @ApiProperty({ description: 'Grows with every edit; the ETag.', type: 'integer', example: 1 }) version: number;
  @ApiProperty({ example: 'anonymous' }) createdBy: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) createdAt: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' }) updatedAt: string;
}

/** A calendar as the API prints it. */
export function toCalendarDto(calendar: Calendar): CalendarDto {
  return {
    id: calendar.id,
    name: calendar.name,
    description: calendar.description,
    timeZone: calendar.timeZone,
    entries: calendar.entries,
    version: calendar.version,
    createdBy: calendar.createdBy,
    createdAt: calendar.createdAt.toISOString(),
    updatedAt: calendar.updatedAt.toISOString(),
  };
}

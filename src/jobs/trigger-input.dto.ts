import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import {
  DST_GAP_POLICIES,
  DST_OVERLAP_POLICIES,
  MISFIRE_POLICIES,
  type DstGapPolicy,
  type DstOverlapPolicy,
  type MisfirePolicy,
} from '../calendar/schedule.js';
import { LONGEST_RRULE_TEXT } from '../calendar/rrule-text.js';
import { IsSeconds } from '../http/is-seconds.js';
import { IsInstant } from '../http/query-transforms.js';
import { IsCalendarName } from './calendars/calendar-name.js';
import { TRIGGER_KINDS, type TriggerKind } from './trigger.entity.js';

const given = (_dto: object, value: unknown): boolean => value !== undefined;
const givenNotNull = (_dto: object, value: unknown): boolean => value !== undefined && value !== null;

/** Calendars of one kind that a trigger may name. */
const MOST_CALENDARS = 20;
const TEN_YEARS_SECONDS = 315_576_000;

/** The cron fields of ndscheduler (APScheduler); Monday is 0. */
export class CronFieldsDto {
  @ApiPropertyOptional({ example: '*' }) @IsOptional() @IsString() @MaxLength(200) month?: string;
  @ApiPropertyOptional({ example: 'last' }) @IsOptional() @IsString() @MaxLength(200) day?: string;
  @ApiPropertyOptional({ example: '*' }) @IsOptional() @IsString() @MaxLength(200) week?: string;
  @ApiPropertyOptional({ example: 'mon-fri' }) @IsOptional() @IsString() @MaxLength(200) day_of_week?: string;
  @ApiPropertyOptional({ example: '3' }) @IsOptional() @IsString() @MaxLength(200) hour?: string;
  @ApiPropertyOptional({ example: '*/10' }) @IsOptional() @IsString() @MaxLength(200) minute?: string;
}

/** The part of a trigger that determines its instants. */
export class ScheduleInputDto {
  @ApiProperty({
    description:
      '`cron` needs `expression` (or `fields`), `interval` needs `everySeconds`, `date` needs `at`, `rrule` needs `rrule`.',
    enum: TRIGGER_KINDS,
    example: 'cron',
  })
  @IsIn(TRIGGER_KINDS)
  kind: TriggerKind;

  @ApiPropertyOptional({
    description:
      'cron: five fields, six with seconds first, or `@daily` and friends. Lists, ranges, steps, names, `L`, `W`, `#`. See docs/schedules.md.',
    maxLength: 500,
    example: '*/5 8-18 * * mon-fri',
    type: String,
  })
  @ValidateIf(given)
  @IsString()
  @Length(1, 500)
  expression?: string;

  @ApiPropertyOptional({
    description: 'cron, instead of `expression`: the fields of ndscheduler, day AND day_of_week, Monday is 0.',
    type: CronFieldsDto,
  })
  @ValidateIf(given)
  @IsObject()
  @ValidateNested()
  @Type(() => CronFieldsDto)
  fields?: CronFieldsDto;

  @ApiPropertyOptional({
    description: 'interval: distance of the instants, to the millisecond.',
    minimum: 1,
    maximum: TEN_YEARS_SECONDS,
    example: 90,
  })
  @ValidateIf(given)
  @IsSeconds()
  @Min(1)
  @Max(TEN_YEARS_SECONDS)
  everySeconds?: number;

  @ApiPropertyOptional({
    description:
      'interval: the instants are this one plus whole multiples of the distance. Default: when the trigger is made.',
    format: 'date-time',
    type: String,
    example: '2026-01-01T00:00:00Z',
  })
  @ValidateIf(given)
  @IsInstant()
  anchorAt?: Date;

  @ApiPropertyOptional({
    description: 'date: the one instant.',
    format: 'date-time',
    type: String,
    example: '2030-01-01T08:00:00+01:00',
  })
  @ValidateIf(given)
  @IsInstant()
  at?: Date;

  @ApiPropertyOptional({
    description:
      'rrule: DTSTART, RRULE, RDATE and EXDATE lines of iCalendar (RFC 5545). Times without Z are local to `timeZone`.',
    maxLength: LONGEST_RRULE_TEXT,
    example: 'DTSTART:20260105T090000\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    type: String,
  })
  @ValidateIf(given)
  @IsString()
  @Length(1, LONGEST_RRULE_TEXT)
  rrule?: string;

  @ApiPropertyOptional({
    description: 'IANA name of the zone in which cron and rrule are read. Default: the TZID of `rrule`, else UTC.',
    default: 'UTC',
    example: 'Europe/Berlin',
    maxLength: 100,
  })
  @ValidateIf(given)
  @IsString()
  @Length(1, 100)
  timeZone?: string;

  @ApiPropertyOptional({
    description: 'No instant before this.',
    format: 'date-time',
    type: String,
    nullable: true,
    default: null,
    example: '2026-12-01T00:00:00Z',
  })
  @ValidateIf(givenNotNull)
  @IsInstant()
  startAt?: Date | null;

  @ApiPropertyOptional({
    description: 'No instant after this.',
    format: 'date-time',
    type: String,
    nullable: true,
    default: null,
    example: '2031-12-31T23:59:59Z',
  })
  @ValidateIf(givenNotNull)
  @IsInstant()
  endAt?: Date | null;

  @ApiPropertyOptional({
    description: 'cron and rrule: a local time that does not exist because clocks are put forward.',
    enum: DST_GAP_POLICIES,
    default: 'run_at_transition',
    example: 'run_at_transition',
  })
  @ValidateIf(given)
  @IsIn(DST_GAP_POLICIES)
  dstGap?: DstGapPolicy;

  @ApiPropertyOptional({
    description: 'cron and rrule: a local time that exists twice because clocks are put back.',
    enum: DST_OVERLAP_POLICIES,
    default: 'first',
    example: 'first',
  })
  @ValidateIf(given)
  @IsIn(DST_OVERLAP_POLICIES)
  dstOverlap?: DstOverlapPolicy;

  @ApiPropertyOptional({
    description: 'Names of calendars: no instant falls into their time.',
    type: [String],
    maxItems: MOST_CALENDARS,
    default: [],
    example: ['holidays'],
  })
  @ValidateIf(given)
  @IsArray()
  @ArrayMaxSize(MOST_CALENDARS)
  @ArrayUnique()
  @IsCalendarName({ each: true })
  excludeCalendars?: string[];

  @ApiPropertyOptional({
    description: 'Names of calendars: each instant falls into the time of at least one. Empty: no limit.',
    type: [String],
    maxItems: MOST_CALENDARS,
    default: [],
    example: [],
  })
  @ValidateIf(given)
  @IsArray()
  @ArrayMaxSize(MOST_CALENDARS)
  @ArrayUnique()
  @IsCalendarName({ each: true })
  onlyCalendars?: string[];
}

/** A trigger, whole. What is absent gets its default, also in a PUT. */
export class TriggerInputDto extends ScheduleInputDto {
  @ApiPropertyOptional({ description: 'For people.', maxLength: 200, default: '', example: 'Office hours' })
  @ValidateIf(given)
  @IsString()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({
    description: 'Occurrences that may fire in all; missed ones do not count. Null: no limit.',
    minimum: 1,
    maximum: 2_000_000_000,
    nullable: true,
    default: null,
    example: 10,
    type: 'integer',
  })
  @ValidateIf(givenNotNull)
  @IsInt()
  @Min(1)
  @Max(2_000_000_000)
  maxRuns?: number | null;

  @ApiPropertyOptional({
    description: 'Each run starts up to this much later, evenly spread.',
    minimum: 0,
    maximum: 86_400,
    default: 0,
    example: 30,
  })
  @ValidateIf(given)
  @IsSeconds()
  @Min(0)
  @Max(86_400)
  jitterSeconds?: number;

  @ApiPropertyOptional({
    description: 'What becomes of instants that could not be fired in time: none, one for all, or each.',
    enum: MISFIRE_POLICIES,
    default: 'fire_once',
    example: 'fire_once',
  })
  @ValidateIf(given)
  @IsIn(MISFIRE_POLICIES)
  misfirePolicy?: MisfirePolicy;

  @ApiPropertyOptional({
    description: 'Lateness up to which an instant still counts as on time.',
    minimum: 0,
    maximum: TEN_YEARS_SECONDS,
    default: 60,
    example: 60,
  })
  @ValidateIf(given)
  @IsSeconds()
  @Min(0)
  @Max(TEN_YEARS_SECONDS)
  misfireGraceSeconds?: number;

  @ApiPropertyOptional({
    description: 'fire_all: late instants that are made up for at most; the latest ones.',
    minimum: 1,
    maximum: 1000,
    default: 100,
    example: 100,
    type: 'integer',
  })
  @ValidateIf(given)
  @IsInt()
  @Min(1)
  @Max(1000)
  misfireCap?: number;

  @ApiPropertyOptional({
    description: 'Late instants older than this are never made up for. Null: no bound.',
    minimum: 0,
    maximum: TEN_YEARS_SECONDS,
    nullable: true,
    default: null,
    example: 3600,
    type: Number,
  })
  @ValidateIf(givenNotNull)
  @IsSeconds()
  @Min(0)
  @Max(TEN_YEARS_SECONDS)
  catchUpWindowSeconds?: number | null;

  @ApiPropertyOptional({
    description: 'A paused trigger does not fire; what falls into the pause is not made up for.',
    default: false,
    example: false,
  })
  @ValidateIf(given)
  @IsBoolean()
  paused?: boolean;
}

/** Changes to a trigger: what is absent stays. A change of `kind` needs the fields of the new kind. */
export class PatchTriggerDto extends PartialType(TriggerInputDto, { skipNullProperties: false }) {}

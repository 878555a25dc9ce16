import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { etagOf } from '../../http/etag.js';
import { IdPipe } from '../../http/id.pipe.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { pageOf, PageQueryDto, toPage, type Page } from '../../http/page.dto.js';
import { Permit } from '../../http/permit.decorator.js';
import { ApiCreationProblems, versioned } from '../../http/resource-answers.js';
import { CalendarDto, CalendarInputDto, PatchCalendarDto, toCalendarDto } from './calendar.dto.js';
import type { Calendar } from './calendar.entity.js';
import { CalendarsService } from './calendars.service.js';

const { IfMatch, Answers, Creates } = versioned('calendar');

/** Exclusion calendars of the native API. */
@ApiTags('Calendars')
@Controller('api/v2/calendars')
export class CalendarsController {
  constructor(@Inject(CalendarsService) private readonly calendars: CalendarsService) {}

  @Get()
  @Permit('jobs:read')
  @ApiOperation({ summary: 'List calendars', description: 'Calendars by name, with their entries.' })
  @ApiOkResponse({ type: pageOf(CalendarDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: PageQueryDto): Promise<Page<CalendarDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['text'])[0] as string);
    const rows = await this.calendars.list(after, query.limit + 1);
    return toPage(rows, query.limit, toCalendarDto, (row) => encodeCursor([row.name]));
  }

  @Post()
  @Permit('jobs:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Create a calendar',
    description: 'A set of days and hours that triggers leave out (`excludeCalendars`) or keep to (`onlyCalendars`).',
  })
  @Creates(CalendarDto)
  @ApiCreationProblems('conflict')
  async create(@Body() body: CalendarInputDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<CalendarDto> {
    const calendar = await this.calendars.create(body);
    reply.header('location', `/api/v2/calendars/${calendar.id}`);
    return answer(calendar, reply);
  }

  @Get(':id')
  @Permit('jobs:read')
  @ApiOperation({ summary: 'Get a calendar', description: 'One calendar with its entries.' })
  @Answers(CalendarDto)
  @ApiProblems('not_found', 'forbidden')
  async get(
    @Param('id', new IdPipe('calendar')) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarDto> {
    return answer(await this.calendars.get(id), reply);
  }

  @Put(':id')
  @Permit('jobs:write')
  @IfMatch
  @ApiOperation({
    summary: 'Replace a calendar',
    description: 'What is absent gets its default. The triggers that use it get their next instants anew.',
  })
  @Answers(CalendarDto)
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'conflict', 'precondition_failed', 'forbidden')
  async replace(
    @Param('id', new IdPipe('calendar')) id: string,
    @Body() body: CalendarInputDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarDto> {
    return answer(await this.calendars.replace(id, body, ifMatch), reply);
  }

  @Patch(':id')
  @Permit('jobs:write')
  @IfMatch
  @ApiOperation({
    summary: 'Change a calendar',
    description: 'What is absent stays. The triggers that use it get their next instants anew, and follow a new name.',
  })
  @Answers(CalendarDto)
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'conflict', 'precondition_failed', 'forbidden')
  async patch(
    @Param('id', new IdPipe('calendar')) id: string,
    @Body() body: PatchCalendarDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarDto> {
    return answer(await this.calendars.patch(id, body, ifMatch), reply);
  }

  @Delete(':id')
  @Permit('jobs:write')
  @HttpCode(204)
  @IfMatch
  @ApiOperation({ summary: 'Delete a calendar', description: 'Refused while triggers use it; the answer names them.' })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems('invalid_input', 'not_found', 'conflict', 'precondition_failed', 'forbidden')
  async delete(
    @Param('id', new IdPipe('calendar')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.calendars.delete(id, ifMatch);
  }
}

function answer(calendar: Calendar, reply: FastifyReply): CalendarDto {
  reply.header('etag', etagOf(calendar.version));
  return toCalendarDto(calendar);
}

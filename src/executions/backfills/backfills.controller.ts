import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { IdPipe } from '../../http/id.pipe.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { pageOf, toPage, type Page } from '../../http/page.dto.js';
import { Permit } from '../../http/permit.decorator.js';
import { ApiCreationProblems, Creates } from '../../http/resource-answers.js';
import { BackfillInputDto, BackfillQueryDto } from './backfill-input.dto.js';
import { BackfillDto, BackfillPlanDto, toBackfillDto, toPlanDto } from './backfill.dto.js';
import { BackfillsService } from './backfills.service.js';

/** Ranges of a trigger's instants that are run on request. */
@ApiTags('Backfills')
@Controller('api/v2')
export class BackfillsController {
  constructor(@Inject(BackfillsService) private readonly backfills: BackfillsService) {}

  @Post('triggers/:id/backfills')
  @Permit('jobs:run')
  @Idempotent()
  @ApiOperation({
    summary: 'Backfill a trigger',
    description:
      'Runs the instants of a past range that have no execution yet, each once however often it is asked for, at most `maxConcurrency` at a time. With `dryRun` it lists them.',
  })
  @Creates(BackfillDto, 'backfill')
  @ApiOkResponse({ description: 'With `dryRun`.', type: BackfillPlanDto })
  @ApiCreationProblems('not_found', 'forbidden_class')
  async create(
    @Param('id', new IdPipe('trigger')) id: string,
    @Body() body: BackfillInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BackfillDto | BackfillPlanDto> {
    if (body.dryRun) {
      reply.status(200);
      return toPlanDto(await this.backfills.plan(id, body));
    }
    const backfill = await this.backfills.create(id, body);
    reply.header('location', `/api/v2/backfills/${backfill.id}`);
    return toBackfillDto(backfill);
  }

  @Get('backfills')
  @Permit('executions:read')
  @ApiOperation({ summary: 'List backfills', description: 'Newest first.' })
  @ApiOkResponse({ type: pageOf(BackfillDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: BackfillQueryDto): Promise<Page<BackfillDto>> {
    const before = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['uuid'])[0] as string);
    const filter = { triggerId: query.triggerId ?? null, state: query.state ?? null };
    const rows = await this.backfills.list(filter, before, query.limit + 1);
    return toPage(rows, query.limit, toBackfillDto, (row) => encodeCursor([row.id]));
  }

  @Get('backfills/:id')
  @Permit('executions:read')
  @ApiOperation({ summary: 'Get a backfill', description: 'With how far it has come.' })
  @ApiOkResponse({ type: BackfillDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('backfill')) id: string): Promise<BackfillDto> {
    return toBackfillDto(await this.backfills.get(id));
  }

  @Post('backfills/:id/pause')
  @Permit('jobs:run')
  @HttpCode(200)
  @ApiOperation({ summary: 'Pause a backfill', description: 'It makes no further executions; those that exist go on.' })
  @ApiOkResponse({ type: BackfillDto })
  @ApiProblems('not_found', 'invalid_state', 'forbidden')
  async pause(@Param('id', new IdPipe('backfill')) id: string): Promise<BackfillDto> {
    return toBackfillDto(await this.backfills.pause(id));
  }

  @Post('backfills/:id/resume')
  @Permit('jobs:run')
  @HttpCode(200)
  @ApiOperation({ summary: 'Resume a backfill', description: 'It goes on where it stopped.' })
  @ApiOkResponse({ type: BackfillDto })
  @ApiProblems('not_found', 'invalid_state', 'forbidden')
  async resume(@Param('id', new IdPipe('backfill')) id: string): Promise<BackfillDto> {
    return toBackfillDto(await this.backfills.resume(id));
  }

  @Post('backfills/:id/cancel')
  @Permit('jobs:run')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a backfill', description: 'It ends; executions that exist go on.' })
  @ApiOkResponse({ type: BackfillDto })
  @ApiProblems('not_found', 'invalid_state', 'forbidden')
  async cancel(@Param('id', new IdPipe('backfill')) id: string): Promise<BackfillDto> {
    return toBackfillDto(await this.backfills.cancel(id));
  }
}

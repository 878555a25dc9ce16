import { Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.interceptor.js';
import { pageOf, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { Creates } from '../http/resource-answers.js';
import { ExecutionDto, ExecutionQueryDto, LogPageDto, LogQueryDto, toExecutionDto } from './execution.dto.js';
import { ExecutionsService } from './executions.service.js';
import { RunCommands } from './run-commands.service.js';

/** Executions of the native API. */
@ApiTags('Executions')
@Controller('api/v2/executions')
export class ExecutionsController {
  constructor(
    @Inject(ExecutionsService) private readonly executions: ExecutionsService,
    @Inject(RunCommands) private readonly commands: RunCommands,
  ) {}

  @Get()
  @Permit('executions:read')
  @ApiOperation({
    summary: 'List executions',
    description:
      'By the instant that they are for, newest first. Occurrences that did not run are there too, as missed or skipped.',
  })
  @ApiOkResponse({ type: pageOf(ExecutionDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: ExecutionQueryDto): Promise<Page<ExecutionDto>> {
    const { jobId = null, triggerId = null, group = null, tag = null, from = null, to = null } = query;
    const [sortKey, id] = query.cursor === undefined ? [] : (decodeCursor(query.cursor, ['iso', 'uuid']) as string[]);
    const after = sortKey === undefined || id === undefined ? null : { sortKey, id };
    const rows = await this.executions.list(
      { jobId, triggerId, group, states: query.state ?? null, tag, from, to },
      after,
      query.limit + 1,
    );
    return toPage(rows, query.limit, toExecutionDto, (row) => encodeCursor([row.sortKey, row.id]));
  }

  @Get(':id')
  @Permit('executions:read')
  @ApiOperation({ summary: 'Get an execution', description: 'With its state, result and error.' })
  @ApiOkResponse({ type: ExecutionDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('execution')) id: string): Promise<ExecutionDto> {
    return toExecutionDto(await this.executions.get(id));
  }

  @Get(':id/logs')
  @Permit('executions:read')
  @ApiOperation({
    summary: 'Read the output of an execution',
    description: 'In the order in which it came, all attempts after each other, also while it runs.',
  })
  @ApiOkResponse({ type: LogPageDto })
  @ApiProblems('invalid_input', 'not_found', 'forbidden')
  async logs(@Param('id', new IdPipe('execution')) id: string, @Query() query: LogQueryDto): Promise<LogPageDto> {
    const [attempt = 0, seq = -1] =
      query.cursor === undefined ? [] : (decodeCursor(query.cursor, ['int', 'int']) as number[]);
    const { pieces, isFinal } = await this.executions.logs(id, query.attempt ?? null, { attempt, seq }, query.limit);
    const last = pieces.at(-1);
    return {
      items: pieces.map((piece) => ({
        attempt: piece.attempt,
        stream: piece.stream,
        at: piece.at.toISOString(),
        text: piece.text,
      })),
      nextCursor: last === undefined ? (query.cursor ?? null) : encodeCursor([last.attempt, last.seq]),
      isComplete: isFinal && pieces.length < query.limit,
    };
  }

  @Post(':id/cancel')
  @Permit('executions:cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel an execution',
    description:
      'What waits is cancelled at once. What runs gets SIGTERM, and SIGKILL after the kill grace of its job; until it has ended it is `cancelling`.',
  })
  @ApiOkResponse({ type: ExecutionDto })
  @ApiProblems('not_found', 'invalid_state', 'forbidden')
  async cancel(@Param('id', new IdPipe('execution')) id: string): Promise<ExecutionDto> {
    return toExecutionDto(await this.commands.cancel(id));
  }

  @Post(':id/force-cancel')
  @Permit('executions:cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Force-cancel an execution',
    description: 'Kills the whole process tree at once. Final within 5 s, even if the worker is gone.',
  })
  @ApiOkResponse({ type: ExecutionDto })
  @ApiProblems('not_found', 'invalid_state', 'forbidden')
  async forceCancel(@Param('id', new IdPipe('execution')) id: string): Promise<ExecutionDto> {
    return toExecutionDto(await this.commands.forceCancel(id));
  }

  @Post(':id/retry')
  @Permit('executions:retry')
  @Idempotent()
  @ApiOperation({
    summary: 'Retry an execution',
    description: 'Makes a new execution with the same arguments; the old one stays as it is.',
  })
  @Creates(ExecutionDto, 'new execution')
  @ApiProblems(
    'not_found',
    'invalid_state',
    'busy',
    'idempotency_mismatch',
    'idempotency_in_progress',
    'forbidden',
    'forbidden_class',
  )
  async retry(
    @Param('id', new IdPipe('execution')) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionDto> {
    const execution = await this.commands.retry(id);
    reply.header('location', `/api/v2/executions/${execution.id}`);
    return toExecutionDto(execution);
  }
}

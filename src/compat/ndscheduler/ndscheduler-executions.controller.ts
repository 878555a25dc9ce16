import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiExcludeEndpoint, ApiOkResponse, ApiQuery } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { awaitPatiently } from '../../http/long-answer.js';
import type { RawBody } from '../../http/raw-body.js';
import { NdschedulerExecution, NdschedulerExecutionId, NdschedulerExecutions } from './execution.wire.js';
import { NdschedulerExecutionsService } from './ndscheduler-executions.service.js';
import { NdschedulerOperation } from './ndscheduler-operation.decorator.js';
import { RANGE_END, RANGE_START } from './range.examples.js';

const RUN_DESCRIPTION =
  'Answers when the run has ended, however long that takes; hanging up does not stop it. Also works for a paused job. `execution_id` is null when the job class could not be loaded. 400 when three runs of the job are under way.';

/** ndscheduler's executions. */
@Controller('~nds/executions')
export class NdschedulerExecutionsController {
  constructor(@Inject(NdschedulerExecutionsService) private readonly executions: NdschedulerExecutionsService) {}

  @Get()
  @NdschedulerOperation({
    permission: 'executions:read',
    summary: 'Get executions within time range',
    description:
      'Those that came to be in it, both ends included, what changed last first; by default of the last ten minutes. At most 5,000, then the newest; results of more than 16 KiB are only with the single execution.',
  })
  @ApiQuery(RANGE_START)
  @ApiQuery(RANGE_END)
  @ApiOkResponse({ type: NdschedulerExecutions })
  list(@Query() query: Record<string, unknown>): Promise<NdschedulerExecutions> {
    return this.executions.list(query);
  }

  @Post()
  @HttpCode(200)
  @NdschedulerOperation({
    permission: 'jobs:run',
    summary: 'Run a job that the body names',
    description: RUN_DESCRIPTION,
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['job_id'],
      properties: { job_id: { type: 'string', example: 'd8f376e858a411e4b6ae22000ac58d05' } },
    },
  })
  @ApiOkResponse({ type: NdschedulerExecutionId })
  runNamed(
    @Body() body: RawBody | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NdschedulerExecutionId> {
    return this.executions.runNamed(body, awaitPatiently(request, reply));
  }

  @Get(':id')
  @NdschedulerOperation({
    permission: 'executions:read',
    summary: 'Get an execution',
    description: 'An unknown id is 400, also that of an occurrence which did not run.',
  })
  @ApiOkResponse({ type: NdschedulerExecution })
  get(@Param('id') id: string): Promise<NdschedulerExecution> {
    return this.executions.get(id);
  }

  @Post(':id')
  @HttpCode(200)
  @NdschedulerOperation({
    permission: 'jobs:run',
    summary: 'Run a job',
    description: `The id is that of the job. A body is ignored. ${RUN_DESCRIPTION}`,
  })
  @ApiOkResponse({ type: NdschedulerExecutionId })
  run(
    @Param('id') jobId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NdschedulerExecutionId> {
    return this.executions.run(jobId, awaitPatiently(request, reply));
  }

  /** The original has the method and always answers so. */
  @Delete(':id')
  @HttpCode(501)
  @ApiExcludeEndpoint()
  @NdschedulerOperation({ permission: 'executions:cancel', summary: 'Not implemented' })
  delete(): { error: string } {
    return { error: 'Not implemented: an execution cannot be deleted' };
  }
}

import { Body, Controller, Delete, Get, Inject, Param, Put, Query, Req } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { RawBody } from '../../http/raw-body.js';
import { bytesOf, ChaosOperation } from './chaos-operation.decorator.js';
import { ChaosExecutor, ChaosExecutorList } from './chaosmonkey.wire.js';
import { ExecutorsService } from './executors.service.js';
import { queryBoolean } from './query-boolean.js';

const Id = ApiParam({ name: 'id', description: '32 hex digits.', example: '3b373155577b4d1bbc62216ffea013a4' });

/** `/api/1/executors/` */
@Controller('~chaosmonkey/executors')
export class ChaosExecutorsController {
  constructor(@Inject(ExecutorsService) private readonly executors: ExecutorsService) {}

  @Get()
  @ChaosOperation({
    permission: 'jobs:read',
    summary: 'List executors',
    description: 'Soonest first: those that are pending, or with `executed=true` all. At most 10,000.',
    hal: ChaosExecutorList,
  })
  @ApiQuery({
    name: 'executed',
    required: false,
    schema: { type: 'string' },
    example: 'true',
    description: 'true, yes, on, y, 1: all; everything else: pending ones.',
  })
  list(@Query('executed') executed: unknown, @Req() request: FastifyRequest): Promise<Buffer> {
    return bytesOf(this.executors.list(queryBoolean(executed), request.originalUrl));
  }

  @Put(':id')
  @Id
  @ChaosOperation({
    permission: 'jobs:write',
    summary: 'Change the date of an executor',
    description:
      'A date without an offset is UTC. A date that has passed is executed without being run. An executed executor is armed again by a ' +
      'new date, which the original only pretends.',
    hal: ChaosExecutor,
    errors: [400, 404],
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['type', 'args'],
      properties: {
        type: { type: 'string', enum: ['date'] },
        args: { type: 'object', required: ['date'], properties: { date: { type: 'string' } } },
      },
      example: { type: 'date', args: { date: '2027-10-23T19:19' } },
    },
  })
  move(@Param('id') id: string, @Body() body: RawBody | undefined): Promise<Buffer> {
    return bytesOf(this.executors.move(id, body));
  }

  @Delete(':id')
  @Id
  @ChaosOperation({
    permission: 'jobs:write',
    summary: 'Delete an executor',
    description: 'Also one that is executed. Its runs stay in the history.',
    msg: 'Executor 3b373155577b4d1bbc62216ffea013a4 succesfully deleted',
    errors: [404],
  })
  delete(@Param('id') id: string): Promise<Buffer> {
    return bytesOf(this.executors.delete(id));
  }
}

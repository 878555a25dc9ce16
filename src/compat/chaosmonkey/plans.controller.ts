import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { RawBody } from '../../http/raw-body.js';
import { bytesOf, ChaosOperation } from './chaos-operation.decorator.js';
import { ChaosPlan, ChaosPlanList } from './chaosmonkey.wire.js';
import { PlansService } from './plans.service.js';
import { queryBoolean } from './query-boolean.js';

const REFERENCE = {
  type: 'object' as const,
  required: ['ref', 'args'],
  properties: { ref: { type: 'string' as const }, args: { type: 'object' as const, additionalProperties: true } },
};
const Id = ApiParam({ name: 'id', description: '32 hex digits.', example: '6890192d8b6c40e5af16f13aa036c7dc' });

/** `/api/1/plans/` */
@Controller('~chaosmonkey/plans')
export class ChaosPlansController {
  constructor(@Inject(PlansService) private readonly plans: PlansService) {}

  @Get()
  @ChaosOperation({
    permission: 'jobs:read',
    summary: 'List plans',
    description: 'Oldest first: those with pending executors, or with `all=true` all. At most 10,000.',
    hal: ChaosPlanList,
  })
  @ApiQuery({
    name: 'all',
    required: false,
    schema: { type: 'string' },
    example: 'true',
    description: 'true, yes, on, y, 1: all; everything else: those that are not executed.',
  })
  list(@Query('all') all: unknown, @Req() request: FastifyRequest): Promise<Buffer> {
    return bytesOf(this.plans.list(queryBoolean(all), request.originalUrl));
  }

  @Post()
  @ChaosOperation({
    permission: 'jobs:write',
    summary: 'Create a plan',
    description: 'The planner makes the executors. Nothing is stored when anything is wrong.',
    msg: 'ok',
    errors: [400],
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['name', 'attack', 'planner'],
      properties: { name: { type: 'string' }, attack: REFERENCE, planner: REFERENCE },
      example: {
        name: 'Call an API',
        attack: {
          ref: 'api_request:ApiRequest',
          args: { endpoint: 'http://localhost:4500', method: 'GET', payload: { test: '1' }, headers: {} },
        },
        planner: { ref: 'exact_planner:ExactPlanner', args: { date: '2027-10-23T19:19' } },
      },
    },
  })
  create(@Body() body: RawBody | undefined): Promise<Buffer> {
    return bytesOf(this.plans.create(body));
  }

  @Get(':id')
  @Id
  @ChaosOperation({
    permission: 'jobs:read',
    summary: 'Get a plan',
    description: 'With all of its executors. Their links work; those of the original do not.',
    hal: ChaosPlan,
    errors: [404],
  })
  get(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Buffer> {
    return bytesOf(this.plans.get(id, request.originalUrl));
  }

  @Delete(':id')
  @Id
  @ChaosOperation({
    permission: 'jobs:write',
    summary: 'Delete a plan',
    description: 'And its executors. What runs goes on; the history stays.',
    msg: 'Plan 6890192d8b6c40e5af16f13aa036c7dc successfully deleted',
    errors: [404],
  })
  delete(@Param('id') id: string): Promise<Buffer> {
    return bytesOf(this.plans.delete(id));
  }
}

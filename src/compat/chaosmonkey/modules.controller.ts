import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ATTACKS } from './attack-catalog.js';
import { bytesOf, ChaosOperation } from './chaos-operation.decorator.js';
import { ChaosAttackList, ChaosPlannerList, selfLinks } from './chaosmonkey.wire.js';
import { PLANNERS } from './planner-catalog.js';

/** `/api/1/attacks/` and `/api/1/planners/`: what plans can be made of. The same for everybody. */
@Controller('~chaosmonkey')
export class ChaosModulesController {
  @Get('attacks')
  @ChaosOperation({
    permission: 'jobs:read',
    summary: 'List attacks',
    description:
      'With the JSON schema of each and an example. The two on EC2 end as failed: Carillon does not speak the AWS API.',
    hal: ChaosAttackList,
  })
  attacks(@Req() request: FastifyRequest): Promise<Buffer> {
    const attacks = ATTACKS.map(({ ref, schema, example }) => ({ ref, schema, example }));
    return bytesOf({ attacks, _links: selfLinks(request.originalUrl) });
  }

  @Get('planners')
  @ChaosOperation({
    permission: 'jobs:read',
    summary: 'List planners',
    description: 'With the JSON schema of each and an example.',
    hal: ChaosPlannerList,
  })
  planners(@Req() request: FastifyRequest): Promise<Buffer> {
    const planners = PLANNERS.map(({ ref, schema, example }) => ({ ref, schema, example }));
    return bytesOf({ planners, _links: selfLinks(request.originalUrl) });
  }
}

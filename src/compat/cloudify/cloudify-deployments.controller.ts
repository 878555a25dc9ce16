import { Body, Controller, Delete, Get, Headers, Inject, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { RawBody } from '../../http/raw-body.js';
import { CloudifyDeployments } from './cloudify-deployments.service.js';
import { CloudifyOperation } from './cloudify-operation.decorator.js';
import {
  CloudifyDeployment,
  CloudifyDeploymentList,
  CloudifyWorkflowList,
  type CloudifyWorkflow,
} from './deployment.wire.js';
import type { Query as Asked } from './list-query.js';
import type { Listed } from './page.wire.js';
import { bodyOf, optionalBodyOf } from './request-body.js';

type Raw = RawBody | null | undefined;
const Id = ApiParam({ name: 'id', example: 'hello1' });
const Sliced = ApiQuery({ name: '_size', required: false, schema: { type: 'integer', minimum: 0 }, example: 100 });

/** `/api/v3.1/deployments`, and the workflows of them all. */
@Controller('~cloudify')
export class CloudifyDeploymentsController {
  constructor(@Inject(CloudifyDeployments) private readonly deployments: CloudifyDeployments) {}

  @Get('deployments')
  @Sliced
  @CloudifyOperation({
    permission: 'groups:read',
    summary: 'List deployments',
    description: 'Oldest first. Filters: `id`, `blueprint_id`; `_sort`: `id`, `created_at`.',
    answer: CloudifyDeploymentList,
    errors: [400],
    projects: true,
  })
  list(@Query() query: Asked): Promise<Listed<CloudifyDeployment>> {
    return this.deployments.list(query);
  }

  @Get('workflows')
  @Sliced
  @CloudifyOperation({
    permission: 'groups:read',
    summary: 'List the workflows of deployments',
    description: 'Filters: `id` of the deployment, `blueprint_id`.',
    answer: CloudifyWorkflowList,
    errors: [400],
  })
  workflows(@Query() query: Asked): Promise<Listed<CloudifyWorkflow>> {
    return this.deployments.workflows(query);
  }

  @Get('deployments/:id')
  @Id
  @CloudifyOperation({
    permission: 'groups:read',
    summary: 'Get a deployment',
    description: 'With its workflows and their parameters.',
    answer: CloudifyDeployment,
    errors: [400, 404],
    projects: true,
  })
  get(@Param('id') id: string, @Query() query: Asked): Promise<CloudifyDeployment> {
    return this.deployments.get(id, query);
  }

  @Put('deployments/:id')
  @Id
  @CloudifyOperation({
    permission: 'groups:write',
    summary: 'Create a deployment',
    description:
      'With the workflows of its blueprint, or its own: `operation` of a workflow is a job class, `args` are its arguments, `parameters` the schema. With `driver: "client"`, of the deployment or of a workflow, no worker runs it and a client says by PATCH what it is at.',
    answer: CloudifyDeployment,
    status: 201,
    errors: [400, 404, 409, 415],
    projects: true,
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['blueprint_id'],
      properties: {
        blueprint_id: { type: 'string' },
        description: { type: 'string', nullable: true },
        display_name: { type: 'string', nullable: true },
        inputs: { type: 'object', nullable: true, additionalProperties: true },
        driver: { type: 'string', enum: ['worker', 'client'], default: 'worker' },
        workflows: { type: 'object', nullable: true, additionalProperties: true },
      },
      example: {
        blueprint_id: 'hello-world',
        workflows: {
          install: {
            operation: 'shell',
            args: ['echo hello'],
            parameters: { retries: { type: 'integer', default: 3 } },
          },
        },
      },
    },
  })
  async create(
    @Param('id') id: string,
    @Body() raw: Raw,
    @Headers('content-type') type: string | undefined,
    @Query() query: Asked,
  ): Promise<CloudifyDeployment> {
    return this.deployments.create(id, bodyOf(raw, type), query);
  }

  @Delete('deployments/:id')
  @Id
  @ApiQuery({ name: 'force', required: false, schema: { type: 'string' }, example: 'false' })
  @CloudifyOperation({
    permission: 'groups:write',
    summary: 'Delete a deployment',
    description:
      'One whose executions have ended; with `force` those that wait are cancelled. Its executions stay in the list.',
    answer: CloudifyDeployment,
    errors: [400, 404],
  })
  async delete(
    @Param('id') id: string,
    @Body() raw: Raw,
    @Headers('content-type') type: string | undefined,
    @Query() query: Asked,
  ): Promise<CloudifyDeployment> {
    return this.deployments.delete(id, query, optionalBodyOf(raw, type));
  }
}

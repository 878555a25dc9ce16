import { Body, Controller, Delete, Get, Headers, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { RawBody } from '../../http/raw-body.js';
import { CloudifyChanges } from './cloudify-changes.service.js';
import { CloudifyExecutions } from './cloudify-executions.service.js';
import { CloudifyOperation } from './cloudify-operation.decorator.js';
import { CloudifyReports } from './cloudify-reports.service.js';
import { CloudifyStarts } from './cloudify-starts.service.js';
import { STATUSES } from './execution-states.js';
import { CloudifyExecution, CloudifyExecutionList } from './execution.wire.js';
import type { Query as Asked } from './list-query.js';
import { DeletedList } from './neighbours.wire.js';
import type { Listed } from './page.wire.js';
import { bodyOf, optionalBodyOf } from './request-body.js';

type Raw = RawBody | null | undefined;
const Id = ApiParam({
  name: 'id',
  description: 'With or without dashes.',
  example: 'ca3d7413-c8af-41a3-b864-571cef25899b',
});
const Filter = (name: string, example: string) =>
  ApiQuery({
    name,
    required: false,
    schema: { type: 'string' },
    example,
    description: 'Equal to this; repeated: to any of these.',
  });
const flagSchema = { oneOf: [{ type: 'boolean' as const }, { type: 'string' as const }], nullable: true };

/** `/api/v3.1/executions` */
@Controller('~cloudify/executions')
export class CloudifyExecutionsController {
  constructor(
    @Inject(CloudifyExecutions) private readonly executions: CloudifyExecutions,
    @Inject(CloudifyStarts) private readonly starts: CloudifyStarts,
    @Inject(CloudifyChanges) private readonly changes: CloudifyChanges,
    @Inject(CloudifyReports) private readonly reports: CloudifyReports,
  ) {}

  @Get()
  @CloudifyOperation({
    permission: 'executions:read',
    summary: 'List executions',
    description:
      'Oldest first, at most 1,000 at a time. Every field of an execution is a filter; an unknown one is refused. `metadata.pagination.size` is 0 when no size was asked for.',
    answer: CloudifyExecutionList,
    errors: [400],
    projects: true,
  })
  @Filter('deployment_id', 'hello1')
  @Filter('status', 'started')
  @ApiQuery({
    name: '_sort',
    required: false,
    schema: { type: 'string' },
    example: '-created_at',
    description: 'A field, falling with a minus. May be repeated, up to three fields count.',
  })
  @ApiQuery({ name: '_size', required: false, schema: { type: 'integer', minimum: 0 }, example: 100 })
  @ApiQuery({ name: '_offset', required: false, schema: { type: 'integer', minimum: 0 }, example: 0 })
  @ApiQuery({
    name: '_include_system_workflows',
    required: false,
    schema: { type: 'string' },
    example: 'False',
    description: 'In any case.',
  })
  list(@Query() query: Asked): Promise<Listed<CloudifyExecution>> {
    return this.executions.list(query);
  }

  @Post()
  @CloudifyOperation({
    permission: 'jobs:run',
    summary: 'Start a workflow',
    description:
      'One execution of a deployment is active at a time: another one is refused, unless `force` lets it run beside or `queue` lets it wait. With `scheduled_time` it is made at once and stands in line when its time has come. A dry run is checked like any other, and ends well without running anything.',
    answer: CloudifyExecution,
    status: 201,
    errors: [400, 404, 415],
    projects: true,
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['deployment_id', 'workflow_id'],
      properties: {
        deployment_id: { type: 'string' },
        workflow_id: { type: 'string' },
        parameters: { type: 'object', nullable: true, additionalProperties: true },
        allow_custom_parameters: flagSchema,
        force: flagSchema,
        queue: flagSchema,
        dry_run: flagSchema,
        wait_after_fail: { type: 'integer', nullable: true },
        scheduled_time: {
          type: 'string',
          nullable: true,
          description: 'YYYYMMDDHHMM±HHMM',
          example: '203012312359+0100',
        },
      },
      example: { deployment_id: 'hello1', workflow_id: 'install' },
    },
  })
  async start(
    @Body() raw: Raw,
    @Headers('content-type') type: string | undefined,
    @Query() query: Asked,
  ): Promise<CloudifyExecution> {
    return this.starts.start(bodyOf(raw, type), query);
  }

  @Delete()
  @CloudifyOperation({
    permission: 'executions:delete',
    summary: 'Delete executions that have ended',
    description:
      'Those of the filters `status`, `deployment_id`, `workflow_id` and `blueprint_id`. Answers how many. What a kept execution repeats stays.',
    answer: DeletedList,
    errors: [400],
  })
  @ApiBody({
    required: false,
    schema: {
      type: 'object',
      properties: {
        keep_last: { type: 'integer', minimum: 1, nullable: true, description: 'So many of the newest stay.' },
        to_datetime: { type: 'string', nullable: true, description: 'Those that are younger stay.' },
      },
      example: { keep_last: 100 },
    },
  })
  async delete(
    @Body() raw: Raw,
    @Headers('content-type') type: string | undefined,
    @Query() query: Asked,
  ): Promise<Listed<{ count: number }>> {
    return this.executions.delete(query, optionalBodyOf(raw, type));
  }

  @Get(':id')
  @Id
  @CloudifyOperation({
    permission: 'executions:read',
    summary: 'Get an execution',
    description: 'With the status that it has now.',
    answer: CloudifyExecution,
    errors: [400, 404],
    projects: true,
  })
  get(@Param('id') id: string, @Query() query: Asked): Promise<CloudifyExecution> {
    return this.executions.get(id, query);
  }

  @Post(':id')
  @Id
  @CloudifyOperation({
    permission: 'executions:cancel',
    summary: 'Cancel, kill or resume an execution',
    description:
      'What no worker has taken ends at once; what a client drives is only asked to stop. A resumed execution keeps its id. What a worker runs needs no resumption: it is answered as it is.',
    answer: CloudifyExecution,
    errors: [400, 404, 409, 415],
    projects: true,
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['action'],
      properties: {
        action: { type: 'string', enum: ['cancel', 'force-cancel', 'kill', 'resume', 'force-resume', 'requeue'] },
      },
      example: { deployment_id: 'hello1', action: 'cancel' },
    },
  })
  async act(
    @Param('id') id: string,
    @Body() raw: Raw,
    @Headers('content-type') type: string | undefined,
    @Query() query: Asked,
  ): Promise<CloudifyExecution> {
    return this.changes.act(id, bodyOf(raw, type), query);
  }

  @Patch(':id')
  @Id
  @CloudifyOperation({
    permission: 'executions:report',
    summary: 'Say what an execution is at',
    description:
      'For deployments whose executions a client drives, and for executions that no worker has taken. Of what a worker runs only a stop can be asked for: how it ends is the worker’s to say. Without `error` the error becomes empty.',
    answer: CloudifyExecution,
    errors: [400, 404, 415],
    projects: true,
  })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['status'],
      properties: { status: { type: 'string', enum: [...STATUSES] }, error: { type: 'string', nullable: true } },
      example: { status: 'cancelled' },
    },
  })
  async report(
    @Param('id') id: string,
    @Body() raw: Raw,
    @Headers('content-type') type: string | undefined,
    @Query() query: Asked,
  ): Promise<CloudifyExecution> {
    return this.reports.report(id, bodyOf(raw, type), query);
  }

  @Get(':id/should-start')
  @Id
  @CloudifyOperation({
    permission: 'executions:read',
    summary: 'Whether an execution may begin',
    description: 'True while it is pending.',
    errors: [404],
  })
  shouldStart(@Param('id') id: string): Promise<boolean> {
    return this.executions.shouldStart(id);
  }
}

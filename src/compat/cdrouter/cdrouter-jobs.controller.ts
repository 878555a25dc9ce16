import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { RawBody } from '../../http/raw-body.js';
import { CdrouterOperation, ListParameters } from './cdrouter-operation.decorator.js';
import { CdrouterJobs } from './cdrouter-jobs.service.js';
import type { Envelope, ListEnvelope } from './envelope.wire.js';
import { JobPosts } from './job-posts.service.js';
import { CdrouterJob } from './job.wire.js';
import { refuseForms } from './list-query.js';

type Raw = RawBody | null | undefined;
type Parameters = Record<string, unknown>;
const JOBS = { type: CdrouterJob, as: 'list' } as const;
const JOB = { type: CdrouterJob, as: 'one' } as const;
const Id = ApiParam({ name: 'id', description: 'Digits.', example: '1' });
const LAUNCH = {
  package_id: '123',
  device_id: '12',
  config_id: '34',
  options: {
    tags: ['one', 'two'],
    skip_tests: ['cdrouter_basic_1', 'cdrouter_basic_10'],
    begin_at: 'cdrouter_nat_1',
    end_at: 'cdrouter_nat_2',
    extra_cli_args: '',
  },
};

/** `/api/v1/jobs/` */
@Controller('~cdrouter/jobs')
export class CdrouterJobsController {
  constructor(
    @Inject(CdrouterJobs) private readonly jobs: CdrouterJobs,
    @Inject(JobPosts) private readonly posts: JobPosts,
  ) {}

  @Get()
  @CdrouterOperation({
    permission: 'executions:read',
    summary: 'List jobs',
    description:
      'All executions of the tenant that were not deleted here, by id. Without the final slash the path is ndscheduler’s.',
    data: { type: CdrouterJob, as: 'page' },
    errors: [400],
  })
  @ListParameters('options.tags@>{one}')
  list(@Query() query: Parameters): Promise<ListEnvelope<CdrouterJob>> {
    refuseForms(query);
    return this.jobs.list(query);
  }

  @Post()
  @CdrouterOperation({
    permission: 'jobs:run',
    summary: 'Launch, bulk launch or bulk delete jobs',
    description:
      'Without `bulk` and `process`: launches a job. `bulk=launch`: the `jobs` of the body, or with `fields` those packages that `filter` (of packages) or `all=true` selects; all or none. `bulk=delete`: the `jobs` of the body, or with `filter` (of jobs) or `all=true` those that are not running; answers 204. `process=interfaces`: what a launch would hold; makes nothing.',
    data: JOBS,
    errors: [400, 403, 404, 409],
  })
  @ApiQuery({ name: 'bulk', required: false, schema: { type: 'string', enum: ['launch', 'delete'] } })
  @ApiQuery({ name: 'process', required: false, schema: { type: 'string', enum: ['interfaces'] } })
  @ApiQuery({
    name: 'filter',
    required: false,
    schema: { type: 'string' },
    description: 'With `bulk`; may be repeated.',
  })
  @ApiQuery({
    name: 'type',
    required: false,
    schema: { type: 'string' },
    description: '`inter` or `union`, with `filter`.',
  })
  @ApiQuery({ name: 'all', required: false, schema: { type: 'string' }, description: '`true`, with `bulk`.' })
  @ApiBody({ required: false, schema: { type: 'object', example: LAUNCH } })
  @ApiNoContentResponse({ description: 'They are deleted.' })
  async post(
    @Query() query: Parameters,
    @Body() body: Raw,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope<unknown> | undefined> {
    const answer = await this.posts.answer(query, body);
    if (answer === undefined) reply.status(204);
    return answer;
  }

  @Get(':id')
  @Id
  @CdrouterOperation({
    permission: 'executions:read',
    summary: 'Get a job',
    description: 'With its `result_id` once it has begun.',
    data: JOB,
    errors: [400, 404],
  })
  get(@Param('id') id: string, @Query() query: Parameters): Promise<Envelope<CdrouterJob>> {
    refuseForms(query);
    return this.jobs.get(id);
  }

  @Patch(':id')
  @Id
  @CdrouterOperation({
    permission: 'jobs:run',
    summary: 'Edit a pending job',
    description:
      'Another package, device or config; null leaves what is there. Its id stays, behind it stands a new execution.',
    data: JOB,
    errors: [400, 403, 404, 409],
  })
  @ApiBody({ schema: { type: 'object', example: { package_id: '123', device_id: null, config_id: '34' } } })
  edit(@Param('id') id: string, @Body() body: Raw): Promise<Envelope<CdrouterJob>> {
    return this.jobs.edit(id, body);
  }

  @Delete(':id')
  @Id
  @CdrouterOperation({
    permission: 'executions:cancel',
    summary: 'Delete a job',
    description: 'A pending one is cancelled, a running one is stopped. It stays in the history of `/api/v2`.',
    errors: [404],
  })
  delete(@Param('id') id: string): Promise<void> {
    return this.jobs.delete(id);
  }
}

import { Body, Controller, Delete, Get, Inject, Options, Param, Patch, Post, Put } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { RawBody } from '../../http/raw-body.js';
import { JOB_BODY } from './job.examples.js';
import { NdschedulerJob, NdschedulerJobId, NdschedulerJobs } from './job.wire.js';
import { NdschedulerJobsService } from './ndscheduler-jobs.service.js';
import { NdschedulerOperation } from './ndscheduler-operation.decorator.js';

/** ndscheduler's jobs. */
@Controller('~nds/jobs')
export class NdschedulerJobsController {
  constructor(@Inject(NdschedulerJobsService) private readonly jobs: NdschedulerJobsService) {}

  @Get()
  @NdschedulerOperation({
    permission: 'jobs:read',
    summary: 'Get all jobs',
    description:
      'What runs next first, what is paused last; also jobs that were made through another API. At most 10,000.',
  })
  @ApiOkResponse({ type: NdschedulerJobs })
  list(): Promise<NdschedulerJobs> {
    return this.jobs.list();
  }

  @Post()
  @NdschedulerOperation({
    permission: 'jobs:write',
    summary: 'Create a new job',
    description:
      'Needs `name`, `job_class_string` and at least one of `month`, `day`, `day_of_week`, `hour`, `minute`. Fields left out are `*` when coarser than the finest one given, and their minimum when finer. Other fields become keyword arguments (`parameters`).',
  })
  @ApiBody(JOB_BODY)
  @ApiCreatedResponse({ type: NdschedulerJobId })
  create(@Body() body: RawBody | undefined): Promise<NdschedulerJobId> {
    return this.jobs.create(body);
  }

  @Get(':job_id')
  @NdschedulerOperation({
    permission: 'jobs:read',
    summary: 'Get a job',
    description: '`next_run_time` is empty while it is paused. An unknown id is 400.',
  })
  @ApiOkResponse({ type: NdschedulerJob })
  get(@Param('job_id') id: string): Promise<NdschedulerJob> {
    return this.jobs.get(id);
  }

  @Put(':job_id')
  @NdschedulerOperation({
    permission: 'jobs:write',
    summary: 'Modify a job',
    description:
      'The schedule is made of the cron fields of this request alone; `pub_args` stays when it is left out. Only the trigger that the fields tell is changed.',
  })
  @ApiBody(JOB_BODY)
  @ApiOkResponse({ type: NdschedulerJobId })
  replace(@Param('job_id') id: string, @Body() body: RawBody | undefined): Promise<NdschedulerJobId> {
    return this.jobs.replace(id, body);
  }

  @Delete(':job_id')
  @NdschedulerOperation({
    permission: 'jobs:write',
    summary: 'Delete a job',
    description: 'Its executions stay; they lose their `job`.',
  })
  @ApiOkResponse({ type: NdschedulerJobId })
  delete(@Param('job_id') id: string): Promise<NdschedulerJobId> {
    return this.jobs.delete(id);
  }

  @Patch(':job_id')
  @NdschedulerOperation({
    permission: 'jobs:write',
    summary: 'Pause a job',
    description: 'A body is ignored. It can still be run by hand.',
  })
  @ApiOkResponse({ type: NdschedulerJobId })
  pause(@Param('job_id') id: string): Promise<NdschedulerJobId> {
    return this.jobs.pause(id);
  }

  @Options(':job_id')
  @NdschedulerOperation({
    permission: 'jobs:write',
    summary: 'Resume a job',
    description: 'From now on: what fell into the pause is not made up for. A CORS preflight never comes here.',
  })
  @ApiOkResponse({ type: NdschedulerJobId })
  resume(@Param('job_id') id: string): Promise<NdschedulerJobId> {
    return this.jobs.resume(id);
  }
}

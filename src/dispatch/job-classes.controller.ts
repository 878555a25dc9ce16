import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { Permit } from '../http/permit.decorator.js';
import { notFound } from '../kernel/domain-error.js';
import { RunnerRegistry } from '../runners/runner-registry.js';
import { JobClassDto } from './job-class.dto.js';

/** What jobs can run. */
@ApiTags('Job classes')
@Controller('api/v2/job-classes')
export class JobClassesController {
  constructor(@Inject(RunnerRegistry) private readonly runners: RunnerRegistry) {}

  @Get()
  @Permit('job-classes:read')
  @ApiOperation({
    summary: 'List job classes',
    description: 'The built-in ones and those in this server’s JOBS_DIR, with their arguments.',
  })
  @ApiOkResponse({ type: [JobClassDto] })
  @ApiProblems('forbidden')
  list(): Promise<JobClassDto[]> {
    return this.runners.describe();
  }

  @Get(':jobClass')
  @Permit('job-classes:read')
  @ApiOperation({ summary: 'Get a job class', description: 'By its dotted name.' })
  @ApiOkResponse({ type: JobClassDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('jobClass') jobClass: string): Promise<JobClassDto> {
    const description = await this.runners.describeOne(jobClass);
    if (description === null) throw notFound('job class', jobClass);
    return description;
  }
}

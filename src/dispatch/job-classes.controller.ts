import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { Permit } from '../http/permit.decorator.js';
import { JobClassRules } from '../jobs/job-class-rules.service.js';
import { notFound } from '../kernel/domain-error.js';
import { RunnerRegistry } from '../runners/runner-registry.js';
import { JobClassDto } from './job-class.dto.js';

/** What jobs can run. */
@ApiTags('Job classes')
@Controller('api/v2/job-classes')
export class JobClassesController {
  constructor(
    @Inject(RunnerRegistry) private readonly runners: RunnerRegistry,
    @Inject(JobClassRules) private readonly rules: JobClassRules,
  ) {}

  @Get()
  @Permit('job-classes:read')
  @ApiOperation({
    summary: 'List job classes',
    description:
      'The built-in ones and those in this server’s JOBS_DIR, with their arguments; without those that are forbidden here or for the tenant.',
  })
  @ApiOkResponse({ type: [JobClassDto] })
  @ApiProblems('forbidden')
  async list(): Promise<JobClassDto[]> {
    const [all, patterns] = await Promise.all([this.runners.describe(), this.rules.ofTenant()]);
    return all.filter(({ jobClass }) => this.rules.refusal(jobClass, patterns) === null);
  }

  @Get(':jobClass')
  @Permit('job-classes:read')
  @ApiParam({ name: 'jobClass', description: 'As jobs name it.', example: 'shell' })
  @ApiOperation({ summary: 'Get a job class', description: 'By its dotted name.' })
  @ApiOkResponse({ type: JobClassDto })
  @ApiProblems('not_found', 'forbidden', 'forbidden_class')
  async get(@Param('jobClass') jobClass: string): Promise<JobClassDto> {
    this.rules.permit(jobClass, await this.rules.ofTenant());
    const description = await this.runners.describeOne(jobClass);
    if (description === null) throw notFound('job class', jobClass);
    return description;
  }
}

import { Controller, Delete, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { IdPipe } from '../http/id.pipe.js';
import { Permit } from '../http/permit.decorator.js';
import { JobTags } from './job-tags.service.js';
import { TagNamePipe } from './tag-name.pipe.js';

const TagParam = ApiParam({ name: 'tag', description: 'Name of the tag; case matters.', example: 'nightly' });

/** Single tags of a job in the native API. */
@ApiTags('Tags')
@Controller('api/v2/jobs/:id/tags/:tag')
export class JobTagsController {
  constructor(@Inject(JobTags) private readonly jobs: JobTags) {}

  @Put()
  @Permit('jobs:write')
  @HttpCode(204)
  @TagParam
  @ApiOperation({
    summary: 'Attach a tag to a job',
    description:
      'Creates the tag if there is none of that name; does nothing if the job carries it. The version of the job stays.',
  })
  @ApiNoContentResponse({ description: 'The job carries the tag.' })
  @ApiProblems('invalid_input', 'not_found', 'forbidden')
  async attach(@Param('id', new IdPipe('job')) id: string, @Param('tag', TagNamePipe) tag: string): Promise<void> {
    await this.jobs.attach(id, tag);
  }

  @Delete()
  @Permit('jobs:write')
  @HttpCode(204)
  @TagParam
  @ApiOperation({ summary: 'Take a tag off a job', description: 'Does nothing if the job does not carry it.' })
  @ApiNoContentResponse({ description: 'The job does not carry the tag.' })
  @ApiProblems('invalid_input', 'not_found', 'forbidden')
  async detach(@Param('id', new IdPipe('job')) id: string, @Param('tag', TagNamePipe) tag: string): Promise<void> {
    await this.jobs.detach(id, tag);
  }
}

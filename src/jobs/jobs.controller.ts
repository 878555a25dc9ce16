import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { etagOf } from '../http/etag.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.interceptor.js';
import { pageOf, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { ApiCreationProblems, versioned } from '../http/resource-answers.js';
import { JOB_CHANGES, JOB_EXAMPLES, JOB_REPLACEMENTS } from './job.examples.js';
import { CreateJobDto, JobInputDto, PatchJobDto } from './job-input.dto.js';
import { JobDto, JobQueryDto, toJobDto, type JobView } from './job.dto.js';
import { JobEdits } from './job-edits.service.js';
import { JobsService } from './jobs.service.js';

const { IfMatch, Answers, Creates } = versioned('job');

/** Jobs of the native API. */
@ApiTags('Jobs')
@Controller('api/v2/jobs')
export class JobsController {
  constructor(
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(JobEdits) private readonly edits: JobEdits,
  ) {}

  @Get()
  @Permit('jobs:read')
  @ApiOperation({ summary: 'List jobs', description: 'Newest first, each with its triggers.' })
  @ApiOkResponse({ type: pageOf(JobDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: JobQueryDto): Promise<Page<JobDto>> {
    const before = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['uuid'])[0] as string);
    const filter = {
      q: query.q ?? null,
      tag: query.tag ?? null,
      jobClass: query.jobClass ?? null,
      paused: query.paused ?? null,
      group: query.group ?? null,
    };
    return toPage(await this.jobs.list(filter, before, query.limit + 1), query.limit, toJobDto, ({ job }) =>
      encodeCursor([job.id]),
    );
  }

  @Post()
  @Permit('jobs:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Create a job',
    description:
      'With its triggers, if you like. A trigger that can never fire is refused, and then nothing is stored.',
  })
  @ApiBody({ type: CreateJobDto, examples: JOB_EXAMPLES })
  @Creates(JobDto)
  @ApiCreationProblems('never_fires', 'body_too_large', 'unsupported_media_type', 'forbidden_class')
  async create(@Body() body: CreateJobDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<JobDto> {
    const view = await this.edits.create(body);
    reply.header('location', `/api/v2/jobs/${view.job.id}`);
    return answer(view, reply);
  }

  @Get(':id')
  @Permit('jobs:read')
  @ApiOperation({ summary: 'Get a job', description: 'With its triggers and tags.' })
  @Answers(JobDto)
  @ApiProblems('not_found', 'forbidden')
  async get(
    @Param('id', new IdPipe('job')) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answer(await this.jobs.get(id), reply);
  }

  @Put(':id')
  @Permit('jobs:write')
  @IfMatch
  @ApiBody({ type: JobInputDto, examples: JOB_REPLACEMENTS })
  @ApiOperation({
    summary: 'Replace a job',
    description:
      'Puts the body in the place of the whole definition; what is absent gets its default. Triggers, pause and history stay.',
  })
  @Answers(JobDto)
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'precondition_failed', 'forbidden', 'forbidden_class')
  async replace(
    @Param('id', new IdPipe('job')) id: string,
    @Body() body: JobInputDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answer(await this.edits.replace(id, body, ifMatch), reply);
  }

  @Patch(':id')
  @Permit('jobs:write')
  @IfMatch
  @ApiBody({ type: PatchJobDto, examples: JOB_CHANGES })
  @ApiOperation({
    summary: 'Change a job',
    description: 'What is absent stays as it is. Runs that wait follow a change of priority, tags and limits at once.',
  })
  @Answers(JobDto)
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'precondition_failed', 'forbidden', 'forbidden_class')
  async patch(
    @Param('id', new IdPipe('job')) id: string,
    @Body() body: PatchJobDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answer(await this.edits.patch(id, body, ifMatch), reply);
  }

  @Delete(':id')
  @Permit('jobs:write')
  @HttpCode(204)
  @IfMatch
  @ApiOperation({
    summary: 'Delete a job',
    description: 'And its triggers. Runs that wait are cancelled, running ones go on, the history stays.',
  })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems('invalid_input', 'not_found', 'precondition_failed', 'forbidden')
  async delete(
    @Param('id', new IdPipe('job')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.edits.delete(id, ifMatch);
  }

  @Post(':id/pause')
  @Permit('jobs:write')
  @HttpCode(200)
  @IfMatch
  @ApiOperation({
    summary: 'Pause a job',
    description: 'Its triggers do not fire until it is resumed. It can still be run by hand; runs that exist go on.',
  })
  @Answers(JobDto)
  @ApiProblems('invalid_input', 'not_found', 'precondition_failed', 'forbidden')
  async pause(
    @Param('id', new IdPipe('job')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answer(await this.edits.pause(id, ifMatch), reply);
  }

  @Post(':id/resume')
  @Permit('jobs:write')
  @HttpCode(200)
  @IfMatch
  @ApiOperation({
    summary: 'Resume a job',
    description: 'Its triggers fire again from now on; what fell into the pause is not made up for.',
  })
  @Answers(JobDto)
  @ApiProblems('invalid_input', 'not_found', 'precondition_failed', 'forbidden')
  async resume(
    @Param('id', new IdPipe('job')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    return answer(await this.edits.resume(id, ifMatch), reply);
  }
}

function answer(view: JobView, reply: FastifyReply): JobDto {
  reply.header('etag', etagOf(view.job.version));
  return toJobDto(view);
}

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
import { etagOf } from '../http/etag.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.interceptor.js';
import { Permit } from '../http/permit.decorator.js';
import { ApiCreationProblems, versioned } from '../http/resource-answers.js';
import { TRIGGER_CHANGES, TRIGGER_EXAMPLES } from './job.examples.js';
import { PreviewDto, PreviewQueryDto, toPreviewDto } from './preview.dto.js';
import { PatchTriggerDto, TriggerInputDto } from './trigger-input.dto.js';
import { toTriggerDto, TriggerDto } from './trigger.dto.js';
import type { Trigger } from './trigger.entity.js';
import { TriggersService } from './triggers.service.js';

const { IfMatch, Answers, Creates } = versioned('trigger');

/** Triggers of a job in the native API. */
@ApiTags('Triggers')
@Controller('api/v2/jobs/:jobId/triggers')
export class TriggersController {
  constructor(@Inject(TriggersService) private readonly triggers: TriggersService) {}

  @Get()
  @Permit('jobs:read')
  @ApiOperation({ summary: 'List the triggers of a job', description: 'All of them, oldest first.' })
  @ApiOkResponse({ type: [TriggerDto] })
  @ApiProblems('not_found', 'forbidden')
  async list(@Param('jobId', new IdPipe('job')) jobId: string): Promise<TriggerDto[]> {
    return (await this.triggers.list(jobId)).map(toTriggerDto);
  }

  @Post()
  @Permit('jobs:write')
  @Idempotent()
  @ApiOperation({ summary: 'Add a trigger', description: 'A trigger that can never fire is refused.' })
  @ApiBody({ type: TriggerInputDto, examples: TRIGGER_EXAMPLES })
  @Creates(TriggerDto)
  @ApiCreationProblems('never_fires', 'not_found')
  async create(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Body() body: TriggerInputDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TriggerDto> {
    const trigger = await this.triggers.create(jobId, body);
    reply.header('location', `/api/v2/jobs/${jobId}/triggers/${trigger.id}`);
    return answer(trigger, reply);
  }

  @Get(':id')
  @Permit('jobs:read')
  @ApiOperation({ summary: 'Get a trigger', description: 'With its next and its latest instant.' })
  @Answers(TriggerDto)
  @ApiProblems('not_found', 'forbidden')
  async get(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Param('id', new IdPipe('trigger')) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TriggerDto> {
    return answer(await this.triggers.get(jobId, id), reply);
  }

  @Put(':id')
  @Permit('jobs:write')
  @IfMatch
  @ApiBody({ type: TriggerInputDto, examples: TRIGGER_EXAMPLES })
  @ApiOperation({
    summary: 'Replace a trigger',
    description: 'What is absent gets its default. The count of runs stays.',
  })
  @Answers(TriggerDto)
  @ApiProblems('invalid_input', 'never_fires', 'malformed_body', 'not_found', 'precondition_failed', 'forbidden')
  async replace(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Param('id', new IdPipe('trigger')) id: string,
    @Body() body: TriggerInputDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TriggerDto> {
    return answer(await this.triggers.replace(jobId, id, body, ifMatch), reply);
  }

  @Patch(':id')
  @Permit('jobs:write')
  @IfMatch
  @ApiBody({ type: PatchTriggerDto, examples: TRIGGER_CHANGES })
  @ApiOperation({
    summary: 'Change a trigger',
    description: 'What is absent stays. A changed schedule counts from now on.',
  })
  @Answers(TriggerDto)
  @ApiProblems('invalid_input', 'never_fires', 'malformed_body', 'not_found', 'precondition_failed', 'forbidden')
  async patch(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Param('id', new IdPipe('trigger')) id: string,
    @Body() body: PatchTriggerDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TriggerDto> {
    return answer(await this.triggers.patch(jobId, id, body, ifMatch), reply);
  }

  @Delete(':id')
  @Permit('jobs:write')
  @HttpCode(204)
  @IfMatch
  @ApiOperation({ summary: 'Delete a trigger', description: 'Its executions stay.' })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems('invalid_input', 'not_found', 'precondition_failed', 'forbidden')
  async delete(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Param('id', new IdPipe('trigger')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.triggers.delete(jobId, id, ifMatch);
  }

  @Post(':id/pause')
  @Permit('jobs:write')
  @HttpCode(200)
  @IfMatch
  @ApiOperation({ summary: 'Pause a trigger', description: 'The other triggers of the job go on.' })
  @Answers(TriggerDto)
  @ApiProblems('invalid_input', 'not_found', 'precondition_failed', 'forbidden')
  async pause(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Param('id', new IdPipe('trigger')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TriggerDto> {
    return answer(await this.triggers.setPaused(jobId, id, true, ifMatch), reply);
  }

  @Post(':id/resume')
  @Permit('jobs:write')
  @HttpCode(200)
  @IfMatch
  @ApiOperation({
    summary: 'Resume a trigger',
    description: 'It fires again from now on; what fell into the pause is not made up for.',
  })
  @Answers(TriggerDto)
  @ApiProblems('invalid_input', 'not_found', 'precondition_failed', 'forbidden')
  async resume(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Param('id', new IdPipe('trigger')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TriggerDto> {
    return answer(await this.triggers.setPaused(jobId, id, false, ifMatch), reply);
  }

  @Get(':id/preview')
  @Permit('jobs:read')
  @ApiOperation({
    summary: 'Preview a trigger',
    description: 'Its next instants as if nothing were paused, computed by the code that fires.',
  })
  @ApiOkResponse({ type: PreviewDto })
  @ApiProblems('invalid_input', 'not_found', 'forbidden')
  async preview(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Param('id', new IdPipe('trigger')) id: string,
    @Query() query: PreviewQueryDto,
  ): Promise<PreviewDto> {
    return toPreviewDto(
      await this.triggers.previewStored(jobId, id, query.after ?? null, query.count, query.showExcluded),
    );
  }
}

function answer(trigger: Trigger, reply: FastifyReply): TriggerDto {
  reply.header('etag', etagOf(trigger.version));
  return toTriggerDto(trigger);
}

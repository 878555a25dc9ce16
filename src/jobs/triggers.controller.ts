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
import {
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { etagOf } from '../http/etag.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.interceptor.js';
import { Permit } from '../http/permit.decorator.js';
import { TRIGGER_EXAMPLES } from './job.examples.js';
import { PreviewDto, PreviewQueryDto, toPreviewDto } from './preview.dto.js';
import { PatchTriggerDto, TriggerInputDto } from './trigger-input.dto.js';
import { toTriggerDto, TriggerDto } from './trigger.dto.js';
import type { Trigger } from './trigger.entity.js';
import { TriggersService } from './triggers.service.js';

const ETAG = { ETag: { description: 'Version of the trigger, for If-Match.', schema: { type: 'string' as const } } };
const IfMatch = ApiHeader({
  name: 'If-Match',
  required: false,
  description: 'Do it only if this is the version (ETag) of the trigger, such as `"3"`.',
});

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
  @ApiCreatedResponse({
    type: TriggerDto,
    headers: { ...ETAG, Location: { description: 'Path of the trigger.', schema: { type: 'string' } } },
  })
  @ApiProblems(
    'invalid_input',
    'never_fires',
    'malformed_body',
    'not_found',
    'idempotency_mismatch',
    'idempotency_in_progress',
    'forbidden',
  )
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
  @ApiOkResponse({ type: TriggerDto, headers: ETAG })
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
  @ApiOperation({
    summary: 'Replace a trigger',
    description: 'What is absent gets its default. The count of runs stays.',
  })
  @ApiOkResponse({ type: TriggerDto, headers: ETAG })
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
  @ApiOperation({
    summary: 'Change a trigger',
    description: 'What is absent stays. A changed schedule counts from now on.',
  })
  @ApiOkResponse({ type: TriggerDto, headers: ETAG })
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
  @ApiOkResponse({ type: TriggerDto, headers: ETAG })
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
  @ApiOkResponse({ type: TriggerDto, headers: ETAG })
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

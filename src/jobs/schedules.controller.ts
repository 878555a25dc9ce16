import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { Permit } from '../http/permit.decorator.js';
import { PREVIEW_EXAMPLES } from './job.examples.js';
import { PreviewDto, PreviewInputDto, toPreviewDto } from './preview.dto.js';
import { TriggersService } from './triggers.service.js';

/** Schedules that belong to no trigger yet. */
@ApiTags('Triggers')
@Controller('api/v2/schedules')
export class SchedulesController {
  constructor(@Inject(TriggersService) private readonly triggers: TriggersService) {}

  @Post('preview')
  @Permit('jobs:read')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Preview a schedule',
    description:
      'The instants of a schedule that is stored nowhere, with what daylight saving and calendars do to them. Stores nothing.',
  })
  @ApiBody({ type: PreviewInputDto, examples: PREVIEW_EXAMPLES })
  @ApiOkResponse({ type: PreviewDto })
  @ApiProblems('invalid_input', 'malformed_body', 'forbidden')
  async preview(@Body() body: PreviewInputDto): Promise<PreviewDto> {
    const { count, after, showExcluded, ...schedule } = body;
    return toPreviewDto(await this.triggers.previewUnsaved(schedule, after ?? null, count, showExcluded));
  }
}

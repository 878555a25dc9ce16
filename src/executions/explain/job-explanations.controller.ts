import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { IdPipe } from '../../http/id.pipe.js';
import { Permit } from '../../http/permit.decorator.js';
import { ExplainService } from './explain.service.js';
import { ExplanationDto, toExplanationDto } from './explanation.dto.js';

/** Why a job does not run, and when it will. */
@ApiTags('Jobs')
@Controller('api/v2/jobs')
export class JobExplanationsController {
  constructor(@Inject(ExplainService) private readonly explain: ExplainService) {}

  @Get(':id/explain')
  @Permit('jobs:read')
  @ApiOperation({
    summary: 'Explain a job',
    description: 'Why it does not run and when it will: its triggers, the workers that could run it, its runs.',
  })
  @ApiOkResponse({ type: ExplanationDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('job')) id: string): Promise<ExplanationDto> {
    return toExplanationDto(await this.explain.job(id));
  }
}

import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { IdPipe } from '../../http/id.pipe.js';
import { Permit } from '../../http/permit.decorator.js';
import { ExplainService } from './explain.service.js';
import { ExplanationDto, toExplanationDto } from './explanation.dto.js';

/** Why something does not run. */
@Controller('api/v2')
export class ExplainController {
  constructor(@Inject(ExplainService) private readonly explain: ExplainService) {}

  @Get('executions/:id/explain')
  @ApiTags('Executions')
  @Permit('executions:read')
  @ApiOperation({
    summary: 'Explain an execution',
    description:
      'Why it does not run, where it runs, or what happened to it: reasons with stable codes, most decisive first.',
  })
  @ApiOkResponse({ type: ExplanationDto })
  @ApiProblems('not_found', 'forbidden')
  async execution(@Param('id', new IdPipe('execution')) id: string): Promise<ExplanationDto> {
    return toExplanationDto(await this.explain.execution(id));
  }

  @Get('jobs/:id/explain')
  @ApiTags('Jobs')
  @Permit('jobs:read')
  @ApiOperation({
    summary: 'Explain a job',
    description: 'Why it does not run and when it will: its triggers, the workers that could run it, its runs.',
  })
  @ApiOkResponse({ type: ExplanationDto })
  @ApiProblems('not_found', 'forbidden')
  async job(@Param('id', new IdPipe('job')) id: string): Promise<ExplanationDto> {
    return toExplanationDto(await this.explain.job(id));
  }
}

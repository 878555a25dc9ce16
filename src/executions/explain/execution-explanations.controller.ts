import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { IdPipe } from '../../http/id.pipe.js';
import { Permit } from '../../http/permit.decorator.js';
import { ExplainService } from './explain.service.js';
import { ExplanationDto, toExplanationDto } from './explanation.dto.js';

/** Why an execution does not run, or what happened to it. */
@ApiTags('Executions')
@Controller('api/v2/executions')
export class ExecutionExplanationsController {
  constructor(@Inject(ExplainService) private readonly explain: ExplainService) {}

  @Get(':id/explain')
  @Permit('executions:read')
  @ApiOperation({
    summary: 'Explain an execution',
    description:
      'Why it does not run, where it runs, or what happened to it: reasons with stable codes, most decisive first.',
  })
  @ApiOkResponse({ type: ExplanationDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('execution')) id: string): Promise<ExplanationDto> {
    return toExplanationDto(await this.explain.execution(id));
  }
}

import { Controller, Delete, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AgentDepartures } from '../agents/agent-departures.service.js';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { IdPipe } from '../http/id.pipe.js';
import { Permit } from '../http/permit.decorator.js';
import { Leaving } from './leaving.service.js';

/** How agents leave, by their own will or their operators'. */
@ApiTags('Agents')
@Controller('api/v2/agents')
export class AgentDeparturesController {
  constructor(
    @Inject(AgentDepartures) private readonly departures: AgentDepartures,
    @Inject(Leaving) private readonly leaving: Leaving,
  ) {}

  @Post(':id/drain')
  @HttpCode(204)
  @Permit('agents:drain')
  @ApiOperation({
    summary: 'Drain an agent',
    description:
      'It finishes what it has and takes nothing more; a remote agent then leaves. Shared agents: system administrators only.',
  })
  @ApiNoContentResponse({ description: 'It drains, or has ended.' })
  @ApiProblems('not_found', 'forbidden')
  async drain(@Param('id', new IdPipe('agent')) id: string): Promise<void> {
    await this.departures.drain(id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Permit('agents:drain')
  @ApiOperation({
    summary: 'Remove an agent',
    description:
      'Its runs go to others as those of a lost one, and its credential ends. An agent that says it of itself keeps its credential.',
  })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems('not_found', 'invalid_state', 'forbidden')
  async remove(@Param('id', new IdPipe('agent')) id: string): Promise<void> {
    await this.leaving.leave(id);
  }
}

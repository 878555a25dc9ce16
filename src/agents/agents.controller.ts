import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { pageOf, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { AgentDto, AgentQueryDto } from './agent.dto.js';
import { AgentsService, type TaggedAgent } from './agents.service.js';

/** Agents of the native API. */
@ApiTags('Agents')
@Controller('api/v2/agents')
export class AgentsController {
  constructor(@Inject(AgentsService) private readonly agents: AgentsService) {}

  @Get()
  @Permit('agents:read')
  @ApiOperation({
    summary: 'List agents',
    description:
      'What runs executions, newest first: who is alive, how full each is, what it runs for this tenant; and agents of other systems that are only known.',
  })
  @ApiOkResponse({ type: pageOf(AgentDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: AgentQueryDto): Promise<Page<AgentDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['uuid'])[0] as string);
    const filter = { states: query.state ?? null, kinds: query.kind ?? null, tags: query.tag ?? null };
    const rows = await this.agents.list(filter, after, query.limit + 1);
    return toPage(rows, query.limit, toAgentDto, (row) => encodeCursor([row.id]));
  }

  @Get(':id')
  @Permit('agents:read')
  @ApiOperation({ summary: 'Get an agent', description: 'One agent with its capacity, load and last sign of life.' })
  @ApiOkResponse({ type: AgentDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('agent')) id: string): Promise<AgentDto> {
    return toAgentDto(await this.agents.get(id));
  }
}

/** An agent as the API prints it. */
export function toAgentDto(row: TaggedAgent): AgentDto {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    hostname: row.hostname,
    pid: row.pid,
    state: row.state,
    slots: row.slots,
    running: row.running,
    tags: [...new Set([...row.tags, ...row.attachedTags.map((tag) => tag.toLowerCase())])].sort(),
    attachedTags: [...row.attachedTags],
    attributes: row.attributes ?? null,
    leaseMs: row.leaseMs,
    registeredAt: row.registeredAt.toISOString(),
    lastHeartbeatAt: row.lastHeartbeatAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    version: row.version,
    platform: row.platform,
    shared: row.isShared,
    runs: row.runs.map((run) => ({ ...run, since: new Date(run.since).toISOString() })),
  };
}

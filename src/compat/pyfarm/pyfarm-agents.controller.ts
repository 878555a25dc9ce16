import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Ip, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam, ApiQuery } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { RawBody } from '../../http/raw-body.js';
import { FILTERS } from './agent-filter.js';
import { AGENT_SCHEMA } from './agent-model.js';
import { AgentWire, AnnouncedAgentWire, ChangedAgentWire, ListedAgentWire } from './agent.wire.js';
import { PyfarmAgents } from './pyfarm-agents.service.js';
import { PyfarmOperation } from './pyfarm-operation.decorator.js';

type Raw = RawBody | null | undefined;
const AgentParam = ApiParam({ name: 'id', description: 'UUID of the agent, with dashes or without.' });

/** PyFarm's agents, as far as tags need them. */
@Controller('~pyfarm')
export class PyfarmAgentsController {
  constructor(@Inject(PyfarmAgents) private readonly agents: PyfarmAgents) {}

  @Get('agents')
  @PyfarmOperation(
    {
      permission: 'agents:read',
      summary: 'List agents',
      description: 'Agents that were announced, and the workers of this server.',
    },
    [400],
  )
  @ApiQuery({ name: FILTERS[0], required: false, schema: { type: 'integer' }, description: 'MiB.' })
  @ApiQuery({ name: FILTERS[1], required: false, schema: { type: 'integer' }, description: 'MiB.' })
  @ApiQuery({ name: FILTERS[2], required: false, schema: { type: 'integer' } })
  @ApiQuery({ name: FILTERS[3], required: false, schema: { type: 'integer' } })
  @ApiQuery({ name: FILTERS[4], required: false, schema: { type: 'string' } })
  @ApiQuery({ name: FILTERS[5], required: false, schema: { type: 'string' }, description: 'IPv4.' })
  @ApiQuery({ name: FILTERS[6], required: false, schema: { type: 'integer', minimum: 1024, maximum: 65_535 } })
  @ApiOkResponse({ type: [ListedAgentWire] })
  async list(@Query() query: Record<string, unknown>): Promise<ListedAgentWire[]> {
    return this.agents.list(query);
  }

  @Post('agents')
  @PyfarmOperation(
    {
      permission: 'agents:manage',
      summary: 'Announce an agent',
      description:
        'It is known, shown and tagged, and never given work of this server. The same id and port update it.',
    },
    [400, 415],
  )
  @ApiBody({ type: AnnouncedAgentWire })
  @ApiCreatedResponse({ description: 'It was not known.', type: AgentWire })
  @ApiOkResponse({ description: 'It was known; what it said now is laid over what it said before.', type: AgentWire })
  async announce(
    @Body() raw: Raw,
    @Headers('content-type') contentType: string | undefined,
    @Headers('user-agent') userAgent: string | undefined,
    @Ip() address: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgentWire> {
    const { agent, created } = await this.agents.announce({ raw, contentType }, { userAgent, address });
    reply.status(created ? 201 : 200);
    return agent;
  }

  @Get('agents-schema')
  @PyfarmOperation(
    { permission: 'agents:read', summary: 'Columns of an agent', description: 'Also with a final slash.' },
    [],
  )
  @ApiOkResponse({ schema: { type: 'object', example: AGENT_SCHEMA } })
  schema(): typeof AGENT_SCHEMA {
    return AGENT_SCHEMA;
  }

  @Get('agent/:id')
  @PyfarmOperation(
    { permission: 'agents:read', summary: 'Get an agent', description: 'With `gpus` and `disks` beside its columns.' },
    [404],
  )
  @AgentParam
  @ApiOkResponse({ type: AgentWire })
  async get(@Param('id') id: string): Promise<AgentWire> {
    return this.agents.get(id);
  }

  @Post('agent/:id')
  @HttpCode(200)
  @PyfarmOperation(
    {
      permission: 'agents:manage',
      summary: 'Change an agent',
      description:
        'What is absent stays; `tags` are replaced as a whole. Of a worker of this server only the tags can be changed.',
    },
    [400, 404, 415],
  )
  @AgentParam
  @ApiBody({ type: ChangedAgentWire })
  @ApiOkResponse({ type: AgentWire })
  async change(
    @Param('id') id: string,
    @Body() raw: Raw,
    @Headers('content-type') contentType: string | undefined,
    @Headers('user-agent') userAgent: string | undefined,
    @Ip() address: string,
  ): Promise<AgentWire> {
    return this.agents.change(id, { raw, contentType }, { userAgent, address });
  }

  @Delete('agent/:id')
  @HttpCode(204)
  @PyfarmOperation(
    { permission: 'agents:manage', summary: 'Forget an agent', description: 'Its tags stay, without it.' },
    [400],
  )
  @AgentParam
  @ApiNoContentResponse({ description: 'It is gone, or was never there.' })
  async remove(@Param('id') id: string): Promise<void> {
    await this.agents.remove(id);
  }
}

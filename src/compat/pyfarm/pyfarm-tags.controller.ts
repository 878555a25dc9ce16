import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post, Put, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiParam } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { RawBody } from '../../http/raw-body.js';
import { PyfarmOperation } from './pyfarm-operation.decorator.js';
import { PyfarmTags } from './pyfarm-tags.service.js';
import {
  AgentLinkWire,
  AgentOfTagWire,
  NewTagWire,
  ReplacedTagWire,
  SingleTagWire,
  TAG_SCHEMA,
  TaggedAgentWire,
  TagWire,
} from './tag.wire.js';

type Raw = RawBody | null | undefined;
const TagParam = ApiParam({
  name: 'tag',
  description: 'Name of the tag, or its id: digits are always an id.',
  example: 'interesting',
});

/** PyFarm's tags. */
@Controller('~pyfarm')
export class PyfarmTagsController {
  constructor(@Inject(PyfarmTags) private readonly tags: PyfarmTags) {}

  @Get('tags')
  @PyfarmOperation(
    { permission: 'tags:read', summary: 'List all tags', description: 'By id, with plain ids of agents and jobs.' },
    [],
  )
  @ApiOkResponse({ type: [TagWire] })
  async list(): Promise<TagWire[]> {
    return this.tags.list();
  }

  @Post('tags')
  @PyfarmOperation(
    {
      permission: 'tags:write',
      summary: 'Create a tag or get the existing one',
      description: 'Also answers the relations. An id cannot be chosen.',
    },
    [400, 415],
  )
  @ApiBody({ type: NewTagWire })
  @ApiCreatedResponse({ description: 'It was created.', type: TagWire })
  @ApiOkResponse({ description: 'It was there.', type: TagWire })
  async create(
    @Body() raw: Raw,
    @Headers('content-type') contentType: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TagWire> {
    const { tag, created } = await this.tags.create({ raw, contentType });
    reply.status(created ? 201 : 200);
    return tag;
  }

  @Get('tags-schema')
  @PyfarmOperation(
    { permission: 'tags:read', summary: 'Columns of a tag', description: 'Also with a final slash.' },
    [],
  )
  @ApiOkResponse({ schema: { type: 'object', example: TAG_SCHEMA } })
  schema(): typeof TAG_SCHEMA {
    return TAG_SCHEMA;
  }

  @Get('tag/:tag')
  @PyfarmOperation(
    {
      permission: 'tags:read',
      summary: 'Get a tag',
      description: 'Its agents as objects, its jobs as integers. Agents are those that are there at the moment.',
    },
    [404],
  )
  @TagParam
  @ApiOkResponse({ type: SingleTagWire })
  async get(@Param('tag') tag: string): Promise<SingleTagWire> {
    return this.tags.get(tag);
  }

  @Put('tag/:tag')
  @HttpCode(201)
  @PyfarmOperation(
    {
      permission: 'tags:write',
      summary: 'Create or replace a tag',
      description: 'Relations that are not listed are dropped. All or nothing. The id stays.',
    },
    [400, 404, 415],
  )
  @TagParam
  @ApiBody({ type: ReplacedTagWire })
  @ApiCreatedResponse({ description: 'It is as was asked, whether it was there or not.', type: TagWire })
  async replace(
    @Param('tag') tag: string,
    @Body() raw: Raw,
    @Headers('content-type') contentType: string | undefined,
  ): Promise<TagWire> {
    return this.tags.replace(tag, { raw, contentType });
  }

  @Delete('tag/:tag')
  @HttpCode(204)
  @PyfarmOperation({ permission: 'tags:write', summary: 'Delete a tag', description: 'And all its relations.' }, [])
  @TagParam
  @ApiNoContentResponse({ description: 'It is gone, or was never there.' })
  async remove(@Param('tag') tag: string): Promise<void> {
    await this.tags.remove(tag);
  }

  @Get('tag/:tag/agents')
  @PyfarmOperation(
    { permission: 'tags:read', summary: 'List the agents of a tag', description: 'Those that are there.' },
    [404],
  )
  @TagParam
  @ApiOkResponse({ type: [TaggedAgentWire] })
  async agents(@Param('tag') tag: string): Promise<TaggedAgentWire[]> {
    return this.tags.agentsOf(tag);
  }

  @Post('tag/:tag/agents')
  @PyfarmOperation(
    {
      permission: 'tags:write',
      summary: 'Add an agent to a tag',
      description: 'Takes workers of this server too, which then get jobs that require the tag.',
    },
    [400, 404, 415],
  )
  @TagParam
  @ApiBody({ type: AgentOfTagWire })
  @ApiCreatedResponse({ description: 'The agent carries the tag now.', type: AgentLinkWire })
  @ApiOkResponse({ description: 'It did before.', type: AgentLinkWire })
  async addAgent(
    @Param('tag') tag: string,
    @Body() raw: Raw,
    @Headers('content-type') contentType: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgentLinkWire> {
    const { link, created } = await this.tags.tagAgent(tag, { raw, contentType });
    reply.status(created ? 201 : 200);
    return link;
  }
}

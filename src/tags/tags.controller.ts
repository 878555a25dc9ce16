import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.interceptor.js';
import { pageOf, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { ApiCreationProblems, Creates } from '../http/resource-answers.js';
import { CreateTagDto, TagDto, TagQueryDto, UpdateTagDto } from './tag.dto.js';
import { TagsService, type TagRow } from './tags.service.js';

/** Tags of the native API. */
@ApiTags('Tags')
@Controller('api/v2/tags')
export class TagsController {
  constructor(@Inject(TagsService) private readonly tags: TagsService) {}

  @Get()
  @Permit('tags:read')
  @ApiOperation({
    summary: 'List tags',
    description:
      'Tags by name, each with the number of jobs and agents that carry it (`?tag=` of their lists finds them). Jobs create the tags that they name, so none has to be created first.',
  })
  @ApiOkResponse({ type: pageOf(TagDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: TagQueryDto): Promise<Page<TagDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['text'])[0] as string);
    const rows = await this.tags.list({ after, part: query.q ?? null, rows: query.limit + 1 });
    return toPage(rows, query.limit, toTagDto, (row) => encodeCursor([row.name]));
  }

  @Post()
  @Permit('tags:write')
  @Idempotent()
  @ApiOperation({ summary: 'Create a tag', description: 'Useful to describe a tag before any job carries it.' })
  @Creates(TagDto, 'tag')
  @ApiCreationProblems('conflict')
  async create(@Body() body: CreateTagDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<TagDto> {
    const tag = await this.tags.create(body);
    reply.header('location', `/api/v2/tags/${tag.id}`);
    return toTagDto(tag);
  }

  @Get(':id')
  @Permit('tags:read')
  @ApiOperation({ summary: 'Get a tag', description: 'One tag with the number of jobs and agents that carry it.' })
  @ApiOkResponse({ type: TagDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('tag')) id: string): Promise<TagDto> {
    return toTagDto(await this.tags.get(id));
  }

  @Patch(':id')
  @Permit('tags:write')
  @ApiOperation({
    summary: 'Rename or describe a tag',
    description: 'Changes the fields that are given. Jobs and agents keep a tag that is renamed.',
  })
  @ApiOkResponse({ type: TagDto })
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'conflict', 'forbidden')
  async update(@Param('id', new IdPipe('tag')) id: string, @Body() body: UpdateTagDto): Promise<TagDto> {
    return toTagDto(await this.tags.update(id, body));
  }

  @Delete(':id')
  @Permit('tags:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a tag', description: 'Takes it off every job and agent.' })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems('not_found', 'forbidden')
  async delete(@Param('id', new IdPipe('tag')) id: string): Promise<void> {
    await this.tags.delete(id);
  }
}

/** A tag as the API prints it. */
export function toTagDto(tag: TagRow): TagDto {
  return {
    id: tag.id,
    number: Number(tag.number),
    name: tag.name,
    description: tag.description,
    jobs: tag.jobs,
    agents: tag.agents,
    createdAt: tag.createdAt.toISOString(),
  };
}

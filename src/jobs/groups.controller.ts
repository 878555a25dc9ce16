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
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { etagOf } from '../http/etag.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.interceptor.js';
import { pageOf, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { ApiCreationProblems, versioned } from '../http/resource-answers.js';
import { GroupEdits } from './group-edits.service.js';
import { GroupInputDto, PatchGroupDto } from './group-input.dto.js';
import { GroupDto, GroupQueryDto, toGroupDto } from './group.dto.js';
import { GroupsService, type GroupRow } from './groups.service.js';

const { IfMatch, Answers, Creates } = versioned('group');

/** Groups of jobs in the native API. */
@ApiTags('Groups')
@Controller('api/v2/groups')
export class GroupsController {
  constructor(
    @Inject(GroupsService) private readonly groups: GroupsService,
    @Inject(GroupEdits) private readonly edits: GroupEdits,
  ) {}

  @Get()
  @Permit('groups:read')
  @ApiOperation({ summary: 'List groups', description: 'By name, each with the number of its jobs and runs.' })
  @ApiOkResponse({ type: pageOf(GroupDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: GroupQueryDto): Promise<Page<GroupDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['text'])[0] as string);
    const rows = await this.groups.list({ after, part: query.q ?? null, rows: query.limit + 1 });
    return toPage(rows, query.limit, toGroupDto, (row) => encodeCursor([row.name]));
  }

  @Post()
  @Permit('groups:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Create a group',
    description: 'Jobs name it in `group`. With `maxConcurrency` it limits how many runs of all its jobs are active.',
  })
  @Creates(GroupDto)
  @ApiCreationProblems('conflict')
  async create(@Body() body: GroupInputDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<GroupDto> {
    const group = await this.edits.create(body);
    reply.header('location', `/api/v2/groups/${group.id}`);
    return answer(group, reply);
  }

  @Get(':id')
  @Permit('groups:read')
  @ApiOperation({ summary: 'Get a group', description: 'With the number of its jobs and runs.' })
  @Answers(GroupDto)
  @ApiProblems('not_found', 'forbidden')
  async get(
    @Param('id', new IdPipe('group')) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GroupDto> {
    return answer(await this.groups.get(id), reply);
  }

  @Put(':id')
  @Permit('groups:write')
  @IfMatch
  @ApiOperation({
    summary: 'Replace a group',
    description: 'Puts the body in the place of the whole definition; what is absent gets its default. Its jobs stay.',
  })
  @Answers(GroupDto)
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'conflict', 'precondition_failed', 'forbidden')
  async replace(
    @Param('id', new IdPipe('group')) id: string,
    @Body() body: GroupInputDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GroupDto> {
    return answer(await this.edits.replace(id, body, ifMatch), reply);
  }

  @Patch(':id')
  @Permit('groups:write')
  @IfMatch
  @ApiOperation({
    summary: 'Change a group',
    description: 'What is absent stays as it is. Runs that wait follow a change of the limit at once.',
  })
  @Answers(GroupDto)
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'conflict', 'precondition_failed', 'forbidden')
  async patch(
    @Param('id', new IdPipe('group')) id: string,
    @Body() body: PatchGroupDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GroupDto> {
    return answer(await this.edits.patch(id, body, ifMatch), reply);
  }

  @Delete(':id')
  @Permit('groups:write')
  @HttpCode(204)
  @IfMatch
  @ApiOperation({ summary: 'Delete a group', description: 'One that has no jobs.' })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems('invalid_input', 'not_found', 'conflict', 'precondition_failed', 'forbidden')
  async delete(
    @Param('id', new IdPipe('group')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.edits.delete(id, ifMatch);
  }
}

function answer(group: GroupRow, reply: FastifyReply): GroupDto {
  reply.header('etag', etagOf(group.version));
  return toGroupDto(group);
}

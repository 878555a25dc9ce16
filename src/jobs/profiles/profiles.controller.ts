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
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../../http/cursor.js';
import { etagOf } from '../../http/etag.js';
import { IdPipe } from '../../http/id.pipe.js';
import { Idempotent } from '../../http/idempotency.interceptor.js';
import { pageOf, PageQueryDto, toPage, type Page } from '../../http/page.dto.js';
import { Permit } from '../../http/permit.decorator.js';
import { ApiCreationProblems, versioned } from '../../http/resource-answers.js';
import { ProfileDto, ProfileInputDto, PatchProfileDto, toProfileDto } from './profile.dto.js';
import type { Profile } from './profile.entity.js';
import { ProfilesService } from './profiles.service.js';

const { IfMatch, Answers, Creates } = versioned('profile');

/** Profiles of the native API. */
@ApiTags('Profiles')
@Controller('api/v2/profiles')
export class ProfilesController {
  constructor(@Inject(ProfilesService) private readonly profiles: ProfilesService) {}

  @Get()
  @Permit('profiles:read')
  @ApiOperation({ summary: 'List profiles', description: 'Profiles by name, with their contents.' })
  @ApiOkResponse({ type: pageOf(ProfileDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: PageQueryDto): Promise<Page<ProfileDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['text'])[0] as string);
    const rows = await this.profiles.list(after, query.limit + 1);
    return toPage(rows, query.limit, toProfileDto, (row) => encodeCursor([row.name]));
  }

  @Post()
  @Permit('profiles:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Create a profile',
    description: 'A named set of parameters that runs can be launched with; in the CDRouter API it is a config.',
  })
  @Creates(ProfileDto)
  @ApiCreationProblems('conflict')
  async create(@Body() body: ProfileInputDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<ProfileDto> {
    const profile = await this.profiles.create(body);
    reply.header('location', `/api/v2/profiles/${profile.id}`);
    return answer(profile, reply);
  }

  @Get(':id')
  @Permit('profiles:read')
  @ApiOperation({ summary: 'Get a profile', description: 'One profile with its contents.' })
  @Answers(ProfileDto)
  @ApiProblems('not_found', 'forbidden')
  async get(
    @Param('id', new IdPipe('profile')) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProfileDto> {
    return answer(await this.profiles.get(id), reply);
  }

  @Put(':id')
  @Permit('profiles:write')
  @IfMatch
  @ApiOperation({
    summary: 'Replace a profile',
    description: 'What is absent gets its default. Runs that exist keep what they were launched with.',
  })
  @Answers(ProfileDto)
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'conflict', 'precondition_failed', 'forbidden')
  async replace(
    @Param('id', new IdPipe('profile')) id: string,
    @Body() body: ProfileInputDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProfileDto> {
    return answer(await this.profiles.replace(id, body, ifMatch), reply);
  }

  @Patch(':id')
  @Permit('profiles:write')
  @IfMatch
  @ApiOperation({
    summary: 'Change a profile',
    description: 'What is absent stays. Runs that exist keep what they were launched with.',
  })
  @Answers(ProfileDto)
  @ApiProblems('invalid_input', 'malformed_body', 'not_found', 'conflict', 'precondition_failed', 'forbidden')
  async patch(
    @Param('id', new IdPipe('profile')) id: string,
    @Body() body: PatchProfileDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProfileDto> {
    return answer(await this.profiles.patch(id, body, ifMatch), reply);
  }

  @Delete(':id')
  @Permit('profiles:write')
  @HttpCode(204)
  @IfMatch
  @ApiOperation({
    summary: 'Delete a profile',
    description: 'Runs that were launched with it keep what they took from it.',
  })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems('invalid_input', 'not_found', 'precondition_failed', 'forbidden')
  async delete(
    @Param('id', new IdPipe('profile')) id: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.profiles.delete(id, ifMatch);
  }
}

function answer(profile: Profile, reply: FastifyReply): ProfileDto {
  reply.header('etag', etagOf(profile.version));
  return toProfileDto(profile);
}

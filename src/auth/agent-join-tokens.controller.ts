import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { pageOf, PageQueryDto, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { AgentJoinTokens } from './agent-join-tokens.service.js';
import {
  CreateJoinTokenDto,
  JoinTokenDto,
  NewJoinTokenDto,
  toJoinTokenDto,
  toNewJoinToken,
} from './dto/join-token.dto.js';

/** Invitations for agents in the native API. No `Idempotency-Key`: the answer holds a secret, which must not be stored. */
@ApiTags('Agents')
@Controller('api/v2/agent-join-tokens')
export class AgentJoinTokensController {
  constructor(@Inject(AgentJoinTokens) private readonly tokens: AgentJoinTokens) {}

  @Get()
  @Permit('agents:invite')
  @ApiOperation({ summary: 'List join tokens', description: 'Newest first, the used, revoked and expired ones too.' })
  @ApiOkResponse({ type: pageOf(JoinTokenDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: PageQueryDto): Promise<Page<JoinTokenDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['uuid'])[0] as string);
    const rows = await this.tokens.list(after, query.limit + 1);
    return toPage(rows, query.limit, toJoinTokenDto, (row) => encodeCursor([row.id]));
  }

  @Post()
  @Permit('agents:invite')
  @ApiOperation({
    summary: 'Invite an agent',
    description: 'Makes a token with which one agent can register, once. The answer shows it; it cannot be read again.',
  })
  @ApiCreatedResponse({ type: NewJoinTokenDto })
  @ApiProblems('invalid_input', 'malformed_body', 'forbidden')
  async create(@Body() body: CreateJoinTokenDto): Promise<NewJoinTokenDto> {
    const { token, secret } = await this.tokens.create(toNewJoinToken(body));
    return { ...toJoinTokenDto(token), token: secret };
  }

  @Delete(':id')
  @HttpCode(204)
  @Permit('agents:invite')
  @ApiOperation({ summary: 'Revoke a join token', description: 'An agent that used it already stays.' })
  @ApiNoContentResponse({ description: 'It is revoked.' })
  @ApiProblems('not_found', 'forbidden')
  async revoke(@Param('id', new IdPipe('join token')) id: string): Promise<void> {
    await this.tokens.revoke(id);
  }
}

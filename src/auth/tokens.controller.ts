import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { decodeCursor, encodeCursor } from '../http/cursor.js';
import { IdPipe } from '../http/id.pipe.js';
import { pageOf, PageQueryDto, toPage, type Page } from '../http/page.dto.js';
import { Permit } from '../http/permit.decorator.js';
import { Creates } from '../http/resource-answers.js';
import { CreateTokenDto, NewTokenDto, toNewTokenDto, TokenDto, toTokenDto } from './dto/token.dto.js';
import { TokensService } from './tokens.service.js';

/** API tokens of the tenant in the native API. No `Idempotency-Key`: the answer holds a secret, which must not be stored. */
@ApiTags('Tokens')
@Controller('api/v2/tokens')
export class TokensController {
  constructor(@Inject(TokensService) private readonly tokens: TokensService) {}

  @Get()
  @Permit('tokens:manage')
  @ApiOperation({ summary: 'List tokens', description: 'Newest first, the revoked and expired ones too.' })
  @ApiOkResponse({ type: pageOf(TokenDto) })
  @ApiProblems('invalid_input', 'forbidden')
  async list(@Query() query: PageQueryDto): Promise<Page<TokenDto>> {
    const after = query.cursor === undefined ? null : (decodeCursor(query.cursor, ['uuid'])[0] as string);
    const rows = await this.tokens.list(after, query.limit + 1);
    return toPage(rows, query.limit, toTokenDto, (row) => encodeCursor([row.id]));
  }

  @Post()
  @Permit('tokens:manage')
  @ApiOperation({
    summary: 'Create a token',
    description:
      'For programs: it acts in this tenant with the given role. The answer shows it once; it cannot be read again.',
  })
  @Creates(NewTokenDto, 'token')
  @ApiProblems('invalid_input', 'malformed_body', 'conflict', 'forbidden')
  async create(@Body() body: CreateTokenDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<NewTokenDto> {
    const { name, role, expiresAt = null } = body;
    const { token, secret } = await this.tokens.create({ name, role, expiresAt });
    reply.header('location', `/api/v2/tokens/${token.id}`);
    return toNewTokenDto(token, secret);
  }

  @Get(':id')
  @Permit('tokens:manage')
  @ApiOperation({ summary: 'Get a token', description: 'Without its secret.' })
  @ApiOkResponse({ type: TokenDto })
  @ApiProblems('not_found', 'forbidden')
  async get(@Param('id', new IdPipe('token')) id: string): Promise<TokenDto> {
    return toTokenDto(await this.tokens.get(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Permit('tokens:manage')
  @ApiOperation({ summary: 'Revoke a token', description: 'It stops working at once and stays listed.' })
  @ApiNoContentResponse({ description: 'It is revoked.' })
  @ApiProblems('not_found', 'forbidden')
  async revoke(@Param('id', new IdPipe('token')) id: string): Promise<void> {
    await this.tokens.revoke(id);
  }
}

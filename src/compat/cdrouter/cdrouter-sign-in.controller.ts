import { Body, Controller, Get, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { RawBody } from '../../http/raw-body.js';
import { CdrouterOperation } from './cdrouter-operation.decorator.js';
import { CdrouterSignIn } from './cdrouter-sign-in.service.js';
import type { Envelope } from './envelope.wire.js';
import { CdrouterUser } from './user.wire.js';

/** `/authenticate`, and what the client asks before. */
@Controller('~cdrouter')
export class CdrouterSignInController {
  constructor(@Inject(CdrouterSignIn) private readonly signIn: CdrouterSignIn) {}

  @Post('authenticate')
  @CdrouterOperation({
    permission: null,
    summary: 'Sign in',
    description: 'Name and password in the query or in a form. Where nobody has to sign in, everybody is let in.',
    data: { type: CdrouterUser, as: 'one' },
  })
  @ApiQuery({ name: 'username', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'password', required: false, schema: { type: 'string', format: 'password' } })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({
    required: false,
    schema: {
      type: 'object',
      properties: { username: { type: 'string' }, password: { type: 'string', format: 'password' } },
    },
  })
  authenticate(
    @Query() query: Record<string, unknown>,
    @Body() body: RawBody | null | undefined,
    @Req() request: FastifyRequest,
  ): Promise<Envelope<CdrouterUser>> {
    return this.signIn.authenticate(query, body, request.ip);
  }

  @Get('system/hostname')
  @CdrouterOperation({
    permission: 'me:read',
    summary: 'Get the hostname',
    description: 'A client without a token asks for it: 401 tells it to sign in.',
    data: { type: String, as: 'one' },
  })
  hostname(): Envelope<string> {
    return this.signIn.hostname();
  }
}

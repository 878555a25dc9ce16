import { Body, Controller, Get, Head, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExcludeEndpoint, ApiFoundResponse, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionIdIn } from '../../auth/credential-headers.js';
import type { RawBody } from '../../http/raw-body.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { NdschedulerOperation } from './ndscheduler-operation.decorator.js';
import { NdschedulerSignIn, type StartedSession } from './ndscheduler-sign-in.service.js';
import { LOGIN_PAGE } from './login.page.js';
import { clearingCookie, userCookie } from './user-cookie.js';

/** ndscheduler's sign-in, and its answers to requests that belong nowhere. */
@Controller('~nds')
export class NdschedulerSignInController {
  constructor(
    @Inject(NdschedulerSignIn) private readonly signIn: NdschedulerSignIn,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('login')
  @NdschedulerOperation({
    permission: null,
    summary: 'Sign in',
    description:
      'Leads to `/`, whether or not the password is right: only the cookie `user` tells, which is empty when it is not. After some wrong passwords there is a pause: 429 with `Retry-After`.',
  })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['username', 'password'],
      properties: {
        username: { type: 'string', example: 'user' },
        password: { type: 'string', example: 'Very$ecret' },
      },
    },
  })
  @ApiFoundResponse({
    headers: { 'Set-Cookie': { description: 'The session, or an empty value.', schema: { type: 'string' } } },
  })
  async login(
    @Body() body: RawBody | undefined,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const previousId = sessionIdIn(request.headers.cookie);
    const session = await this.signIn.signIn(body, query, request.ip, previousId);
    leave(reply, session ? this.cookieFor(session, request) : clearingCookie());
  }

  @Get('login')
  @NdschedulerOperation({
    permission: null,
    summary: 'Get the sign-in page',
    description: 'A page with a form; without sign-in (`AUTH=off`) it leads to `/`.',
  })
  @ApiOkResponse({ content: { 'text/html': { schema: { type: 'string', example: 'Login required!' } } } })
  @ApiFoundResponse()
  page(@Res() reply: FastifyReply): void {
    if (this.signIn.isNeeded) void reply.type('text/html; charset=UTF-8').send(LOGIN_PAGE);
    else void leave(reply, clearingCookie()).send();
  }

  @Get('logout')
  @NdschedulerOperation({
    permission: null,
    summary: 'Sign out',
    description: 'Ends the session of the cookie and leads to `/`.',
  })
  @ApiFoundResponse()
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.signIn.signOut(sessionIdIn(request.headers.cookie));
    leave(reply, clearingCookie());
  }

  /** Signed in or not comes first, as in the original. */
  @Get('slash-too-many')
  @ApiExcludeEndpoint()
  @NdschedulerOperation({ permission: 'executions:read', summary: 'Redirect to the path without the slash' })
  withoutSlash(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    const [path = '', query] = request.originalUrl.split(/\?(.*)/s);
    const target = path.replace(/^https?:\/\/[^/]*/i, '').replace(/\/+$/, '');
    reply.status(301).header('location', query === undefined ? target : `${target}?${query}`);
  }

  @Head('no-such-method')
  @ApiExcludeEndpoint()
  @NdschedulerOperation({ permission: null, summary: 'Refuse HEAD' })
  noHead(@Res({ passthrough: true }) reply: FastifyReply): never {
    reply.header('allow', 'GET');
    throw new DomainError('method_not_allowed', 'There is no HEAD; use GET.');
  }

  private cookieFor({ id, lifeMs }: StartedSession, request: FastifyRequest): string {
    return userCookie(id, new Date(this.clock.nowMs() + lifeMs), request.protocol === 'https');
  }
}

/** To the start page. Never to `next`: that could be anybody's page, and the original does not follow it either. */
function leave(reply: FastifyReply, cookie: string): FastifyReply {
  return reply.status(302).header('location', '/').removeHeader('set-cookie').header('set-cookie', cookie);
}

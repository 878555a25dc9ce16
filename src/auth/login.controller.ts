import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { Public } from '../http/permit.decorator.js';
import { Clock } from '../kernel/clock.js';
import { sessionIdIn } from './credential-headers.js';
import { LoginDto, SignedInDto } from './dto/me.dto.js';
import { PasswordSignIn } from './password-sign-in.service.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';

/** Sessions of browsers in the native API. */
@ApiTags('Sign-in')
@Controller('api/v2')
export class LoginController {
  constructor(
    @Inject(PasswordSignIn) private readonly signIn: PasswordSignIn,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public({ readsForms: true })
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded')
  @ApiOperation({
    summary: 'Sign in',
    description:
      'Starts a session and sets the cookie `carillon_session` (HttpOnly, SameSite=Lax). After some wrong passwords there is a pause, which doubles each time: 429 with `Retry-After`.',
  })
  @ApiOkResponse({
    type: SignedInDto,
    headers: { 'Set-Cookie': { description: 'The session.', schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_input', 'malformed_body', 'unauthenticated', 'forbidden', 'rate_limited')
  async login(
    @Body() body: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto> {
    const { userId, name } = await this.signIn.check(body.username, body.password, request.ip);
    const user = { id: userId ?? '', name };
    const id = await this.sessions.start(user, request.ip, sessionIdIn(request.headers.cookie));
    setSessionCookie(request, reply, id, this.sessions.lifeMs);
    return { username: name, expiresAt: new Date(this.clock.nowMs() + this.sessions.lifeMs).toISOString() };
  }

  @Post('logout')
  @HttpCode(204)
  @Public({ readsForms: true })
  @ApiOperation({ summary: 'Sign out', description: 'Ends the session of the cookie, if there is one.' })
  @ApiNoContentResponse({ description: 'No session any more.' })
  @ApiProblems('forbidden')
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const id = sessionIdIn(request.headers.cookie);
    if (id !== null) await this.sessions.end(id);
    clearSessionCookie(request, reply);
  }
}

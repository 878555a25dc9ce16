import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import passport from 'passport';
import type { Principal } from '../context/request-context.js';
import { DomainError } from '../kernel/domain-error.js';
import { credentialsOf, type Credentials } from './credential-headers.js';
import { BasicStrategy } from './strategies/basic.strategy.js';
import { SessionStrategy } from './strategies/session.strategy.js';
import { TokenStrategy } from './strategies/token.strategy.js';

const WRONG: Readonly<Record<Credentials['kind'], string>> = {
  basic: 'The user name or the password is wrong.',
  token: 'The token is unknown, expired or revoked.',
  session: 'The session has ended. Sign in again.',
};

/** Finds out who sends a request, with the one Passport strategy that its credentials ask for. */
@Injectable()
export class Authenticator {
  private readonly strategies: Readonly<Record<Credentials['kind'], object>>;

  constructor(
    @Inject(BasicStrategy) basic: BasicStrategy,
    @Inject(TokenStrategy) token: TokenStrategy,
    @Inject(SessionStrategy) session: SessionStrategy,
  ) {
    this.strategies = { basic, token, session };
  }

  /** Throws `unauthenticated`, or `rate_limited` after too many wrong passwords. */
  async authenticate(request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const given = credentialsOf(request.headers);
    if (given === null)
      throw new DomainError('unauthenticated', 'Sign in: HTTP Basic, an API token, or a session from /api/v2/login.');
    const principal = await this.run(this.strategies[given.kind], request, reply);
    if (principal === null) throw new DomainError('unauthenticated', WRONG[given.kind]);
    return principal;
  }

  private run(strategy: object, request: FastifyRequest, reply: FastifyReply): Promise<Principal | null> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, user?: unknown): void => {
        if (error) reject(error);
        else resolve(user ? (user as Principal) : null);
      };
      // A copy for this request, as Passport makes of strategies by name: it hangs the verdict's functions on it. By name they
      // would be looked up in a list that all applications of a process share.
      passport.authenticate(Object.create(strategy) as object, { session: false }, done)(request, reply, reject);
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../context/request-context.js';
import { credentialsOf } from '../credential-headers.js';
import { TokenSignIn } from '../token-sign-in.service.js';
import { CredentialStrategy } from './credential-strategy.js';

/** An API token, in any header that may carry one. */
@Injectable()
export class TokenStrategy extends PassportStrategy(CredentialStrategy, 'token') {
  constructor(@Inject(TokenSignIn) private readonly tokens: TokenSignIn) {
    super();
  }

  async validate(request: FastifyRequest): Promise<Principal | null> {
    const given = credentialsOf(request.headers);
    return given?.kind === 'token' ? this.tokens.find(given.token) : null;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../context/request-context.js';
import { credentialsOf } from '../credential-headers.js';
import { SessionsService } from '../sessions.service.js';
import { CredentialStrategy } from './credential-strategy.js';

/** The cookie of a browser that signed in. That no other page rides on it is the browser guard's business. */
@Injectable()
export class SessionStrategy extends PassportStrategy(CredentialStrategy, 'session') {
  constructor(@Inject(SessionsService) private readonly sessions: SessionsService) {
    super();
  }

  async validate(request: FastifyRequest): Promise<Principal | null> {
    const given = credentialsOf(request.headers);
    return given?.kind === 'session' ? this.sessions.find(given.id) : null;
  }
}

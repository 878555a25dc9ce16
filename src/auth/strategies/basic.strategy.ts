import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passportHttp from 'passport-http';
import type { Principal } from '../../context/request-context.js';
import { credentialsOf } from '../credential-headers.js';
import { PasswordSignIn } from '../password-sign-in.service.js';

/** HTTP Basic: name and password with every request. */
@Injectable()
export class BasicStrategy extends PassportStrategy(passportHttp.BasicStrategy, 'basic') {
  constructor(@Inject(PasswordSignIn) private readonly signIn: PasswordSignIn) {
    super({ realm: 'Carillon', passReqToCallback: true });
  }

  /** Reads the header again: passport-http 0.3 cuts a password at its first colon. */
  async validate(request: FastifyRequest): Promise<Principal | false> {
    const given = credentialsOf(request.headers);
    return given?.kind === 'basic' && this.signIn.check(given.username, given.password, request.ip);
  }
}

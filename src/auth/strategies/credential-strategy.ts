import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport';

/** The part of a Passport strategy that tells its verdict; the caller of `validate` is `@nestjs/passport`. */
type Verify = (request: FastifyRequest, done: (error: Error | null, user?: object | false) => void) => void;

/** A Passport strategy whose `validate` looks at the whole request. */
export class CredentialStrategy extends Strategy {
  constructor(private readonly verify: Verify) {
    super();
  }

  override authenticate(request: FastifyRequest): void {
    this.verify(request, (error, user) => {
      if (error) this.error(error);
      else if (user) this.success(user);
      else this.fail();
    });
  }
}

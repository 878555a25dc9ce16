import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { PasswordSignIn } from '../../auth/password-sign-in.service.js';
import { SessionsService } from '../../auth/sessions.service.js';
import { ANONYMOUS_NUMBER, UserNumbers } from '../../auth/user-numbers.service.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { RawBody } from '../../http/raw-body.js';
import { refuseUnstorable } from '../../http/storable.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { WRONG_PASSWORD } from './cdrouter.dialect.js';
import { enveloped, type Envelope } from './envelope.wire.js';
import { textOf, type Query } from './list-query.js';
import type { CdrouterUser } from './user.wire.js';

const FORM = 'application/x-www-form-urlencoded';
/** The token of everybody where nobody signs in; it is not looked at. */
const OPEN_TOKEN = 'anonymous';

/** Signing in as CDRouter's clients do: the Python one sends name and password in the query, the Ruby one and the documents in a form. */
@Injectable()
export class CdrouterSignIn {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'isAuthOn'>,
    @Inject(PasswordSignIn) private readonly passwords: PasswordSignIn,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(UserNumbers) private readonly users: UserNumbers,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** The token is a session. Throws `unauthenticated` in the original's words, and `rate_limited` after too many wrong passwords. */
  async authenticate(query: Query, body: RawBody | null | undefined, address: string): Promise<Envelope<CdrouterUser>> {
    const form = body?.mediaType === FORM ? Object.fromEntries(new URLSearchParams(body.bytes.toString('utf8'))) : {};
    refuseUnstorable(form);
    const given = (name: string): string => textOf(form, name) ?? textOf(query, name) ?? '';
    const name = given('username');
    const common = { description: '', disabled: false };
    if (!this.config.isAuthOn)
      return this.answer({ ...common, id: ANONYMOUS_NUMBER, name, admin: true, token: OPEN_TOKEN });
    const caller = await this.passwords.check(name, given('password'), address).catch((error: unknown) => {
      if (!(error instanceof DomainError) || error.code !== 'unauthenticated') throw error;
      throw new DomainError('unauthenticated', WRONG_PASSWORD, [], { cause: error });
    });
    const token = await this.sessions.start({ id: caller.userId ?? '', name: caller.name }, address, null);
    const id = (await this.users.numberOf(caller.name)) ?? '0';
    return this.answer({ ...common, id, name: caller.name, admin: caller.isSystemAdmin, token });
  }

  /** The client asks for it to find out whether it has to sign in. */
  hostname(): Envelope<string> {
    return enveloped(hostname(), this.clock.now());
  }

  private answer(user: CdrouterUser): Envelope<CdrouterUser> {
    return enveloped(user, this.clock.now());
  }
}

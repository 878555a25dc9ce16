import { Inject, Injectable } from '@nestjs/common';
import { PasswordSignIn } from '../../auth/password-sign-in.service.js';
import { RefusalLog } from '../../auth/refusal-log.service.js';
import { SessionsService } from '../../auth/sessions.service.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { currentContext } from '../../context/request-context.js';
import { DomainError, invalidField } from '../../kernel/domain-error.js';
import type { RawBody } from '../../http/raw-body.js';
import { refuseUnstorable } from '../../http/storable.js';

/** A session that was started. */
export interface StartedSession {
  readonly id: string;
  readonly lifeMs: number;
}

const FORM = 'application/x-www-form-urlencoded';

/** Signing in as ndscheduler's clients do. */
@Injectable()
export class NdschedulerSignIn {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'isAuthOn'>,
    @Inject(PasswordSignIn) private readonly passwords: PasswordSignIn,
    @Inject(SessionsService) private readonly sessions: SessionsService,
    @Inject(RefusalLog) private readonly refusals: RefusalLog,
  ) {}

  /** Whether anybody needs to sign in. */
  get isNeeded(): boolean {
    return this.config.isAuthOn;
  }

  /**
   * The new session; null: the name and the password do not belong together, or nobody needs to sign in. `previousId` is ended. Throws
   * `invalid_input` for a form without the fields, and `rate_limited` after too many wrong passwords.
   */
  async signIn(
    body: RawBody | undefined,
    query: Readonly<Record<string, unknown>>,
    address: string,
    previousId: string | null,
  ): Promise<StartedSession | null> {
    const fields = readFields(body, query);
    if (!this.isNeeded) return null;
    try {
      const { userId, name } = await this.passwords.check(fields.username, fields.password, address);
      const user = { id: userId ?? '', name };
      return { id: await this.sessions.start(user, address, previousId), lifeMs: this.sessions.lifeMs };
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'unauthenticated') throw error;
      this.note(address);
      return null;
    }
  }

  /** Ends the session, if there is one. */
  async signOut(id: string | null): Promise<void> {
    if (id !== null && this.isNeeded) await this.sessions.end(id);
  }

  /** The answer is a redirect, in which nobody would see a refusal. */
  private note(address: string): void {
    const context = currentContext();
    const user = context?.triedUser ?? null;
    const route = 'POST /login';
    this.refusals.note({ tenantId: null, actor: context?.actor ?? 'anonymous', address, status: 401, route, user });
  }
}

/** A form, or the same in the query. */
function readFields(
  body: RawBody | undefined,
  query: Readonly<Record<string, unknown>>,
): { username: string; password: string } {
  const form: Record<string, unknown> = { ...query };
  if (body?.mediaType === FORM)
    Object.assign(form, Object.fromEntries(new URLSearchParams(body.bytes.toString('utf8'))));
  const field = (name: string): string => {
    const value = form[name];
    if (typeof value === 'string') return value;
    throw invalidField(`/${name}`, 'required', `Missing argument ${name}: send a form with username and password`);
  };
  const fields = { username: field('username'), password: field('password') };
  refuseUnstorable(fields);
  return fields;
}

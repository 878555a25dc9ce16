import { Inject, Injectable } from '@nestjs/common';
import { USERNAME } from '../config/validators.js';
import { currentContext, type Principal } from '../context/request-context.js';
import { SystemDatabase } from '../database/system-database.js';
import { Clock } from '../kernel/clock.js';
import { DomainError } from '../kernel/domain-error.js';
import { toPrincipal, type CallerRow } from './caller-columns.js';
import { PasswordHasher } from './password-hasher.js';
import { SignInThrottle, subjectsOf, type AttemptSubjects } from './sign-in-throttle.service.js';
import { READ_SIGN_IN } from './sql/read-sign-in.js';
import { VerifiedPasswords } from './verified-passwords.js';

type SignInRow = { readonly [Column in keyof CallerRow]: CallerRow[Column] | null } & {
  readonly passwordHash: string | null;
  readonly isKnownPlace: boolean;
  readonly waitSeconds: number | null;
};

/** Finds out whether a name and a password belong together. Unknown names, disabled users and wrong passwords look and cost the same. */
@Injectable()
export class PasswordSignIn {
  private readonly verified = new VerifiedPasswords();
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
    @Inject(SignInThrottle) private readonly throttle: SignInThrottle,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** The user. Throws `unauthenticated`, or `rate_limited` without having looked at the password. */
  async check(username: string, password: string, address: string): Promise<Principal> {
    // What cannot be a name is looked up all the same, as one that nobody has.
    const name = USERNAME.test(username) ? username : '';
    const subjects = subjectsOf(username, address);
    const [row] = await this.database.query<SignInRow>(READ_SIGN_IN, [
      name,
      subjects.account,
      subjects.address,
      subjects.pair,
    ]);
    if (!row) throw new Error('The look-up of a user gave no row.');
    const known = isUser(row) ? toPrincipal(row) : null;
    try {
      // Before the memory of right passwords is asked, else that could be guessed at without limit.
      if (row.waitSeconds !== null) throw tooMany(row.waitSeconds);
      await this.verify(subjects, row, password);
    } catch (error) {
      const context = currentContext();
      if (context && known?.userId) context.triedUser = { id: known.userId, name: known.name };
      throw error;
    }
    if (known === null) throw wrongPassword();
    return known;
  }

  /** Requests that come together with the same password wait for one comparison. */
  private async verify(subjects: AttemptSubjects, row: SignInRow, password: string): Promise<void> {
    const key = this.verified.keyOf(subjects.pair, row.passwordHash, password);
    if (this.verified.has(key, this.clock.nowMs())) return;
    let work = this.underWay.get(key);
    if (!work) {
      work = this.compare(subjects, row, password, key).finally(() => this.underWay.delete(key));
      this.underWay.set(key, work);
    }
    await work;
  }

  private async compare(subjects: AttemptSubjects, row: SignInRow, password: string, key: string): Promise<void> {
    const waitSeconds = await this.throttle.count(subjects, row.isKnownPlace);
    if (waitSeconds > 0) throw tooMany(waitSeconds);
    if (!(await this.hasher.matches(row.passwordHash, password))) throw wrongPassword();
    await this.throttle.forgive(subjects);
    this.verified.add(key, this.clock.nowMs());
  }
}

function isUser(row: SignInRow): row is SignInRow & CallerRow {
  return row.userId !== null;
}

function wrongPassword(): DomainError {
  return new DomainError('unauthenticated', 'The user name or the password is wrong.');
}

function tooMany(retryAfterSeconds: number): DomainError {
  return new DomainError('rate_limited', `Too many wrong passwords. Try again in ${retryAfterSeconds} s.`, [], {
    retryAfterSeconds,
  });
}

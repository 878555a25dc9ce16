import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { invalidField } from '../kernel/domain-error.js';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane (11.8 ms on 2 cores, November 2026). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A hash of nobody's password at the same cost, so that an unknown user takes as long as a known one. */
const NOBODYS = '$argon2id$v=19$m=19456,t=2,p=1$qGTentKV7MJZYCKK72lZ8Q$BYEPI/nyM/Bxvy20hVgUrmmKVo9pIiQcmGZNreSoZ3I';

export const PASSWORD_LENGTH = { least: 8, most: 200 } as const;

/** Turns passwords into argon2id hashes and compares them, on libuv's threads. */
@Injectable()
export class PasswordHasher {
  /** A salted hash in PHC form. */
  hash(password: string): Promise<string> {
    return hash(canonical(password), COST);
  }

  /** Compares in constant time. Without a hash it takes as long and is false. */
  async matches(stored: string | null, password: string): Promise<boolean> {
    const isMatch = await verify(stored ?? NOBODYS, canonical(password).slice(0, PASSWORD_LENGTH.most * 2));
    return isMatch && stored !== null;
  }
}

/** Throws `invalid_input` for a password that is too short, too long or cannot be used with HTTP Basic. */
export function refuseWeakPassword(password: string, field = '/password'): void {
  const { least, most } = PASSWORD_LENGTH;
  const length = Array.from(password).length;
  if (length < least || length > most)
    throw invalidField(
      field,
      'password_length',
      `${field} must have ${least} to ${most} characters; it has ${length}.`,
    );
  // passport-http takes such a password for an absent one.
  if (password.startsWith(':')) throw invalidField(field, 'password_colon', `${field} must not begin with a colon.`);
}

/** One byte sequence for what looks the same: keyboards and systems compose accents differently. */
function canonical(password: string): string {
  return password.normalize('NFC');
}

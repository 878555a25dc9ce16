import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits as 43 URL-safe characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * SHA-256 in hex, for what is stored and looked up. Enough for secrets of 256 random bits, which nobody can guess; passwords
 * need `PasswordHasher`.
 */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

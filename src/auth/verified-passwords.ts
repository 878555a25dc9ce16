import { createHmac, randomBytes } from 'node:crypto';

const KEPT_MS = 5 * 60_000;
const MOST = 10_000;

/**
 * Remembers for five minutes that a password was found right, because a client with HTTP Basic sends it with every request and
 * each comparison costs 12 ms of a core. Keyed by a process-wide random HMAC over the stored hash and the password: it holds no
 * password, and a changed one misses.
 */
export class VerifiedPasswords {
  private readonly key = randomBytes(32);
  private readonly expiries = new Map<string, number>();

  /** What a stored hash and a password are remembered under. */
  keyOf(username: string, stored: string | null, password: string): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([username, stored, password]))
      .digest('base64');
  }

  has(key: string, nowMs: number): boolean {
    const expiresMs = this.expiries.get(key);
    if (expiresMs !== undefined && expiresMs <= nowMs) this.expiries.delete(key);
    return expiresMs !== undefined && expiresMs > nowMs;
  }

  add(key: string, nowMs: number): void {
    if (this.expiries.size >= MOST) this.expiries.delete(this.expiries.keys().next().value ?? '');
    this.expiries.set(key, nowMs + KEPT_MS);
  }
}

import { NDSCHEDULER_COOKIE } from '../../auth/credential-headers.js';

/** Some instant that has passed, for clients that know `expires` only. */
const LONG_AGO = 'Thu, 01 Jan 1970 00:00:00 GMT';

/** The cookie with a session; no script can read it, and it stays with this host. Not for TLS only: the original's clients use plain HTTP too. */
export function userCookie(sessionId: string, expiresAt: Date, isTls: boolean): string {
  const secure = isTls ? '; Secure' : '';
  return `${NDSCHEDULER_COOKIE}=${sessionId}; expires=${expiresAt.toUTCString()}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** Makes the client forget it. The original sends this to everybody who comes without a session. */
export function clearingCookie(): string {
  return `${NDSCHEDULER_COOKIE}=""; expires=${LONG_AGO}; Path=/`;
}

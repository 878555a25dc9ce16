import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_COOKIE } from './credential-headers.js';

/**
 * Puts the session on the answer. Scripts cannot read the cookie, other sites' forms do not send it, and over TLS (also at a
 * trusted proxy, see `TRUSTED_PROXIES`) it never travels in the clear.
 */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, id: string, lifeMs: number): void {
  reply.header('set-cookie', cookie(request, id, Math.floor(lifeMs / 1000)));
}

/** Makes the browser forget the session. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', cookie(request, '', 0));
}

function cookie(request: FastifyRequest, value: string, maxAge: number): string {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  return `${SESSION_COOKIE}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

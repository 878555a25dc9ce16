import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../kernel/domain-error.js';

/**
 * What to send as `WWW-Authenticate` with a 401 (RFC 9110, section 11.6.1). A browser answers the Basic challenge with a window of
 * its own, which a page that handles the 401 itself does not want: browsers are offered Basic only where a person asked for a page.
 * They are known by `User-Agent`, for without TLS they send no `Sec-Fetch-Mode`.
 */
export function challenges(method: string, headers: IncomingHttpHeaders): string[] {
  const bearer = 'Bearer realm="Carillon"';
  const isBrowser = headers['user-agent']?.startsWith('Mozilla/') === true || headers['x-requested-with'] !== undefined;
  const isForPage = method === 'GET' && headers.accept?.includes('text/html') === true;
  return isBrowser && !isForPage ? [bearer] : [bearer, 'Basic realm="Carillon", charset="UTF-8"'];
}

/** Puts them on the answer to somebody who has not signed in. For every API that answers 401 then. */
export function addChallenges({ code }: DomainError, request: FastifyRequest, reply: FastifyReply): void {
  if (code === 'unauthenticated') void reply.header('www-authenticate', challenges(request.method, request.headers));
}

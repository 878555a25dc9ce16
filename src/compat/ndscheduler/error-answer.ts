/** How ndscheduler words failures. Source: contract of the ndscheduler API, sections 1.0 ("Errors") and 1.1. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentContext } from '../../context/request-context.js';
import { addRetryAfter } from '../../http/retry-after.js';
import type { DomainError, ErrorCode } from '../../kernel/domain-error.js';
import { SIGN_IN_LOG } from './log.wire.js';
import { clearingCookie } from './user-cookie.js';

/** Its statuses are 400 and 500; others only where no client of it can come. An unknown id is 400, never 404. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 400,
  malformed_body: 400,
  body_too_large: 413,
  unsupported_media_type: 400,
  not_found: 400,
  route_not_found: 404,
  method_not_allowed: 405,
  conflict: 400,
  invalid_state: 400,
  stale_fence: 400,
  precondition_failed: 400,
  idempotency_mismatch: 400,
  idempotency_in_progress: 400,
  never_fires: 400,
  busy: 400,
  unauthenticated: 403,
  forbidden: 403,
  forbidden_class: 403,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
};
/** The reason phrase of these stays the usual one, as in the original. */
const PLAIN_REASON: readonly ErrorCode[] = ['not_found', 'internal'];
const LONGEST_REASON = 200;

/**
 * `{"error": …}`, with the text in the reason phrase too: its web page shows that. Somebody who has not signed in is led to the sign-in page by a
 * GET, gets a made-up entry as the log, and is refused otherwise; there is no 401.
 */
export function renderNdschedulerError(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
  // Fastify would send a second cookie beside the one of the interceptor.
  void reply.removeHeader('set-cookie');
  if (currentContext()?.principal?.sessionHash === undefined) void reply.header('set-cookie', clearingCookie());
  if (error.code === 'unauthenticated' && request.method === 'GET') {
    const [path = ''] = request.originalUrl.split('?');
    if (path.endsWith('/logs')) sendJson(reply.status(200), SIGN_IN_LOG);
    else void reply.redirect(`/login?next=${encodeURIComponent(request.originalUrl)}`, 302);
    return;
  }
  addRetryAfter(error, reply);
  const status = STATUS[error.code];
  if (status === 400 && !PLAIN_REASON.includes(error.code)) reply.raw.statusMessage = reasonPhrase(error.message);
  sendJson(reply.status(status), { error: error.code === 'internal' ? 'server side error' : error.message });
}

/** `body` as tornado sends JSON: a `</` in a text cannot end a script of a page that it is put into. */
export function jsonBytes(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body).replaceAll('</', '<\\/'));
}

/** The content type of all JSON answers. */
export const JSON_TYPE = 'application/json; charset=UTF-8';

function sendJson(reply: FastifyReply, body: unknown): void {
  void reply.header('content-type', JSON_TYPE).send(jsonBytes(body));
}

/** HTTP allows visible ASCII and blanks there. */
function reasonPhrase(message: string): string {
  return message.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_REASON);
}

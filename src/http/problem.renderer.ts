import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../kernel/domain-error.js';
import { challenges } from './challenges.js';
import type { ErrorRenderer } from './error-renderer.js';
import { problemOf, PROBLEM_JSON } from './problem.js';

/** What a client shall wait before it tries again, when the refusal itself does not say. */
const RETRY_AFTER_SECONDS = 2;

/** The native API's errors: problem+json (RFC 9457). Also for paths that belong to no API. */
export const problemRenderer: ErrorRenderer = {
  renderError(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
    if (error.code === 'unavailable' || error.code === 'rate_limited')
      void reply.header('retry-after', String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    if (error.code === 'unauthenticated')
      void reply.header('www-authenticate', challenges(request.method, request.headers));
    const path = request.originalUrl.split('?')[0] ?? '';
    const problem = problemOf(error, { path, requestId: request.id });
    // As bytes: with a replay's serializer or a JSON text Fastify would look at it again.
    void reply
      .status(problem.status)
      .header('content-type', PROBLEM_JSON)
      .send(Buffer.from(JSON.stringify(problem)));
  },
};

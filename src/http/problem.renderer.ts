import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../kernel/domain-error.js';
import { addChallenges } from './challenges.js';
import type { ErrorRenderer } from './error-renderer.js';
import { problemOf, PROBLEM_JSON } from './problem.js';
import { addRetryAfter } from './retry-after.js';

/** The native API's errors: problem+json (RFC 9457). Also for paths that belong to no API. */
export const problemRenderer: ErrorRenderer = {
  renderError(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
    addRetryAfter(error, reply);
    addChallenges(error, request, reply);
    const path = request.originalUrl.split('?')[0] ?? '';
    const problem = problemOf(error, { path, requestId: request.id });
    // As bytes: with a replay's serializer or a JSON text Fastify would look at it again.
    void reply
      .status(problem.status)
      .header('content-type', PROBLEM_JSON)
      .send(Buffer.from(JSON.stringify(problem)));
  },
};

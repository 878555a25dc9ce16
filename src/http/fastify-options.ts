import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';
import { answerClientError } from './client-error.js';
import type { ProblemResponder } from './problem-responder.js';
import { requestIdOf } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** Longest part of a path that is a parameter. Ids are far shorter; what is longer cannot be one. */
const MAX_PARAM_LENGTH = 500;
/** A whole request must have arrived within this time. */
const REQUEST_TIMEOUT_MS = 60_000;
const HEADERS_TIMEOUT_MS = 20_000;
/** Longer than the 60 s of usual proxies, so that the proxy closes an idle connection and never sends into a closed one. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** How Fastify serves: limits, timeouts, and problem+json also for what fails before a route is found. */
export function fastifyOptions(
  settings: { readonly maxBodyBytes: number; readonly trustedProxies: readonly string[] },
  responder: ProblemResponder,
): FastifyHttpOptions<Server> {
  return {
    logger: false,
    bodyLimit: settings.maxBodyBytes,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // A request that comes in on an open connection while the server closes is still answered, with `Connection: close`.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    frameworkErrors: (error, request, reply) => {
      // No hook has run yet.
      void reply.headers({ 'x-request-id': request.id, ...securityHeaders(request.originalUrl) });
      responder.respond(error, request, reply);
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket),
  };
}

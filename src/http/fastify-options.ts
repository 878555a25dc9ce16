import type { IncomingMessage, Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';
import { answerClientError } from './client-error.js';
import type { FailureResponder } from './failure-responder.js';
import { requestIdOf } from './request-id.js';
import { securityHeaders } from './security-headers.js';

/** Longest part of a path that is a parameter. Ids are far shorter; what is longer cannot be one. */
const MAX_PARAM_LENGTH = 500;
/** Request line and headers together. Node's default, stated because a command line option could change it. */
const MAX_HEADER_BYTES = 16_384;
/** Longer than the 60 s of usual proxies, so that the proxy closes an idle connection and never sends into a closed one. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

/** How Fastify serves: limits, timeouts, and an answer in the words of its API also for what fails before a route is found. */
export function fastifyOptions(
  settings: {
    readonly maxBodyBytes: number;
    readonly requestTimeoutMs: number;
    readonly trustedProxies: readonly string[];
  },
  responder: FailureResponder,
  rewriteUrl: (request: IncomingMessage) => string,
): FastifyHttpOptions<Server> {
  return {
    logger: false,
    rewriteUrl,
    bodyLimit: settings.maxBodyBytes,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    requestTimeout: settings.requestTimeoutMs,
    // A connection on which nothing moves, such as that of a client that does not read its answer.
    connectionTimeout: Math.max(2 * settings.requestTimeoutMs, 2 * KEEP_ALIVE_TIMEOUT_MS),
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // A request that comes in on an open connection while the server closes is still answered, with `Connection: close`.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false, // see host-header.ts
      headersTimeout: Math.ceil(settings.requestTimeoutMs / 3),
      // Node looks for late requests only every 30 s unless told otherwise.
      connectionsCheckingInterval: Math.ceil(settings.requestTimeoutMs / 12),
    },
    frameworkErrors: (error, request, reply) => {
      // No hook has run yet.
      void reply.headers({
        'x-request-id': request.id,
        ...securityHeaders(request.originalUrl),
      });
      responder.respond(error, request, reply);
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket),
  };
}

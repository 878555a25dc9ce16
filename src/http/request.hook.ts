import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { runInContext } from '../context/request-context.js';
import { refuseCrossSiteWrite, refuseForeignPages } from './browser-guard.js';
import { refuseUnclearHost } from './host-header.js';
import { securityHeaders } from './security-headers.js';

/** Who acts as long as nobody has signed in. */
const OPEN_MODE_ACTOR = 'anonymous';

/**
 * Opens the context of each request before anything else looks at it, and puts the headers on the answer that every answer
 * carries. The context reaches the handlers because Fastify calls all that follows from within `done`.
 */
export function registerRequestHook(
  fastify: FastifyInstance,
  settings: {
    readonly listenHost: string;
    readonly corsOrigins: readonly string[];
  },
): void {
  const logger = new Logger('Http');
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      ...securityHeaders(request.originalUrl),
    });
    runInContext({ requestId: request.id, actor: OPEN_MODE_ACTOR, tenant: null }, () => {
      try {
        refuseUnclearHost(request.raw);
        // Behind a trusted proxy `request.host` is the name that the browser used.
        refuseForeignPages({ ...request.headers, host: request.host }, settings.listenHost, settings.corsOrigins);
        refuseCrossSiteWrite(request.method, request.headers, settings.corsOrigins);
      } catch (error) {
        done(error as Error);
        return;
      }
      done();
    });
  });
  // The query is left out: it can hold what nobody wants in a log.
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.debug(
      `${request.method} ${request.originalUrl.split('?')[0] ?? ''} ${reply.statusCode} ${reply.elapsedTime.toFixed(1)} ms (request ${request.id})`,
    );
    done();
  });
}

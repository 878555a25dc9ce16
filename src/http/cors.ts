import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

type CorsOptions = NonNullable<Parameters<NestFastifyApplication['enableCors']>[0]>;

/** What pages of other origins may send; the origins themselves are a setting. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Headers of answers that their scripts may read. */
const EXPOSED_HEADERS = ['ETag', 'Location', 'Retry-After', 'X-Request-Id'];
const PREFLIGHT_VALID_S = 600;

/**
 * CORS for the origins of the setting `CORS_ORIGINS`, never with cookies: a page proves who it is with a token. An OPTIONS that is
 * no preflight goes on to the routes: ndscheduler's clients resume jobs with it.
 */
export function corsFor(
  origins: readonly string[],
  isPreflight: (request: FastifyRequest['raw']) => boolean,
): CorsOptions {
  const common = {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: METHODS,
    exposedHeaders: EXPOSED_HEADERS,
    credentials: false,
    maxAge: PREFLIGHT_VALID_S,
    strictPreflight: false,
  };
  return {
    delegator: (request, callback) => callback(null, { ...common, preflight: isPreflight(request.raw) }),
  };
}

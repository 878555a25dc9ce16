import type { FastifyReply, FastifyRequest } from 'fastify';
import { challenges } from '../../http/challenges.js';
import type { DomainError, ErrorCode } from '../../kernel/domain-error.js';
import type { Dialect } from '../dialect.js';

/** Under this path lies all that the Chaos Monkey Engine serves. */
export const BASE_PATH = '/api/1';
const COLLECTIONS = 'executors|plans|attacks|planners';
const COLLECTION = new RegExp(`^/api/1/(${COLLECTIONS})/$`);
const BARE = new RegExp(`^/api/1/(${COLLECTIONS})$`);
const ITEM = /^\/api\/1\/(executors|plans)\/([^/]+)$/;
/** Deeper than any route, so that nothing answers there, not even another method. */
const NOWHERE = '/no/such/path';
const WITHOUT_SLASH = '/without/slash/';
const RETRY_AFTER_SECONDS = 2;

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 400,
  malformed_body: 400,
  body_too_large: 413,
  unsupported_media_type: 400,
  not_found: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  invalid_state: 409,
  stale_fence: 409,
  precondition_failed: 412,
  idempotency_mismatch: 422,
  idempotency_in_progress: 409,
  never_fires: 400,
  busy: 409,
  unauthenticated: 401,
  forbidden: 403,
  forbidden_class: 403,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
};

/**
 * The API of the Chaos Monkey Engine. Collections have a slash at their end and items have none: the other way round a collection is a
 * redirect and an item is nothing, as in Flask. Every error is `{"msg": …}`; the original's 404, 405 and 500 are pages of HTML.
 */
export const chaosmonkeyDialect: Dialect = {
  name: 'Chaos Monkey Engine',
  description: 'Plans, their executors, attacks and planners (`/api/1`), as the Chaos Monkey Engine serves them.',
  prefix: '/~chaosmonkey',
  internalPathOf: (path) => {
    if (path !== BASE_PATH && !path.startsWith(`${BASE_PATH}/`)) return null;
    const collection = COLLECTION.exec(path)?.[1];
    if (collection !== undefined) return `/${collection}`;
    const bare = BARE.exec(path)?.[1];
    if (bare !== undefined) return WITHOUT_SLASH + bare;
    const [, items, id] = ITEM.exec(path) ?? [];
    return items === undefined ? NOWHERE : `/${items}/${id}`;
  },
  publicPathOf: (route) => {
    if (route.startsWith(WITHOUT_SLASH)) return `${BASE_PATH}/${route.slice(WITHOUT_SLASH.length)}`;
    return route.split('/').length === 2 ? `${BASE_PATH}${route}/` : BASE_PATH + route;
  },
  renderError: (error: DomainError, request: FastifyRequest, reply: FastifyReply): void => {
    if (error.code === 'unavailable' || error.code === 'rate_limited')
      void reply.header('retry-after', String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    if (error.code === 'unauthenticated')
      void reply.header('www-authenticate', challenges(request.method, request.headers));
    void reply
      .status(STATUS[error.code])
      .header('content-type', 'application/json')
      .send(Buffer.from(JSON.stringify({ msg: error.message })));
  },
};

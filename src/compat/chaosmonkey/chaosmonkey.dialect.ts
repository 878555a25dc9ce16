import type { FastifyReply, FastifyRequest } from 'fastify';
import { addChallenges } from '../../http/challenges.js';
import { NATIVE_STATUS } from '../../http/error-status.js';
import { addRetryAfter } from '../../http/retry-after.js';
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

/** The plain statuses of HTTP; the original reads any body as JSON. */
const STATUS: Readonly<Record<ErrorCode, number>> = { ...NATIVE_STATUS, unsupported_media_type: 400 };

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
    addRetryAfter(error, reply);
    addChallenges(error, request, reply);
    void reply
      .status(STATUS[error.code])
      .header('content-type', 'application/json')
      .send(Buffer.from(JSON.stringify({ msg: error.message })));
  },
};

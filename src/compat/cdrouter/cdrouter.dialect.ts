import type { FastifyReply, FastifyRequest } from 'fastify';
import { addChallenges } from '../../http/challenges.js';
import { NATIVE_STATUS } from '../../http/error-status.js';
import { addRetryAfter } from '../../http/retry-after.js';
import type { DomainError, ErrorCode } from '../../kernel/domain-error.js';
import type { Dialect } from '../dialect.js';

/** What the original answers to a wrong name or password. */
export const WRONG_PASSWORD = 'invalid username or password';

const NOTHING = '/nothing/at/all';
const COLLECTION = /^\/api\/v1\/(packages|devices|configs)(?:\/([^/]*))?(\/.*)?$/s;
const JOBS = /^\/api\/v1\/jobs\/(?:([^/]+)\/)?$/s;
/** A job of ndscheduler is never made with these, so they tell a POST without the slash from one of its own. */
const BULK = /^\?(?:.*&)?(?:bulk|process)=/s;

/** The plain statuses of HTTP, but for what the original does not tell apart. */
const STATUS: Readonly<Record<ErrorCode, number>> = { ...NATIVE_STATUS, unsupported_media_type: 400, forbidden: 401 };

/**
 * The CDRouter Web API, as far as jobs go. Its `/api/v1/jobs/` has the slash, ndscheduler's has not; its other paths are served with and without. It does not
 * own `/api/v1/tags/`, which is PyFarm's here.
 */
export const cdrouterDialect: Dialect = {
  name: 'CDRouter',
  description: 'Jobs of the CDRouter Web API, and the packages, devices and configs that they refer to.',
  prefix: '/~cdrouter',
  internalPathOf(path, method, query) {
    if (path === '/authenticate' || path === '/authenticate/') return '/authenticate';
    if (path === '/api/v1/system/hostname' || path === '/api/v1/system/hostname/') return '/system/hostname';
    if (path === '/api/v1/jobs') return method === 'POST' && BULK.test(query) ? '/jobs' : null;
    if (path.startsWith('/api/v1/jobs/')) {
      if (!path.endsWith('/')) return null;
      const found = JOBS.exec(path);
      return found === null ? NOTHING : itemPath('jobs', found[1]);
    }
    const [, collection, id, rest] = COLLECTION.exec(path) ?? [];
    if (collection === undefined) return null;
    return rest !== undefined && rest !== '/' ? NOTHING : itemPath(collection, id);
  },
  publicPathOf: (route) => (route === '/authenticate' ? route : `/api/v1${route}/`),
  renderError(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
    addRetryAfter(error, reply);
    addChallenges(error, request, reply);
    void reply
      .status(STATUS[error.code])
      .header('content-type', 'application/json')
      .send(Buffer.from(JSON.stringify({ error: wordsOf(error) })));
  },
};

function itemPath(collection: string, id: string | undefined): string {
  return id === undefined || id === '' ? `/${collection}` : `/${collection}/${id}`;
}

/** The client shows them as they are; two of them are the original's own (its page on authentication). */
function wordsOf({ code, message }: DomainError): string {
  if (code === 'unauthenticated') return message === WRONG_PASSWORD ? message : 'invalid token';
  return code === 'forbidden' ? 'insufficient privileges' : message;
}

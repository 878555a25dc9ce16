import type { FastifyReply, FastifyRequest } from 'fastify';
import { addChallenges } from '../../http/challenges.js';
import { NATIVE_STATUS } from '../../http/error-status.js';
import { addRetryAfter } from '../../http/retry-after.js';
import type { DomainError, ErrorCode } from '../../kernel/domain-error.js';
import type { Dialect } from '../dialect.js';
import { errorPage } from './error-page.js';
import { PyfarmRefusal } from './pyfarm-refusal.js';
import { mediaTypeOf } from './request-body.js';

/** PyFarm uses the plain statuses of HTTP; so do we. */
const STATUS: Readonly<Record<ErrorCode, number>> = NATIVE_STATUS;

/** Internal route by public path. Internal ones tell `x` from `x/`, which Nest does not; `{…}` is a parameter. */
const PUBLIC_PATHS: Readonly<Record<string, string>> = {
  '/tags': '/api/v1/tags/',
  '/tags-schema': '/api/v1/tags/schema',
  '/tag/{tag}': '/api/v1/tags/{tag}',
  '/tag/{tag}/agents': '/api/v1/tags/{tag}/agents/',
  '/agents': '/api/v1/agents/',
  '/agents-schema': '/api/v1/agents/schema',
  '/agent/{id}': '/api/v1/agents/{id}',
};

/** Where paths go that lack their final slash: the original redirects them. */
const REDIRECT = '/redirect';
/** No route: what is below our two roots and is nothing. */
const NOTHING = '/nothing';

/**
 * PyFarm's tag API (pyfarm-master) and the part of its agent API that tags need. Its `/api/v1/jobs/` is another system's here.
 */
export const pyfarmDialect: Dialect = {
  name: 'PyFarm',
  description: 'Tags and agents as PyFarm’s master serves them, at `/api/v1/tags/` and `/api/v1/agents/`.',
  prefix: '/~pyfarm',

  internalPathOf(path) {
    const [, root, rest] = /^\/api\/v1\/(tags|agents)(\/.*)?$/s.exec(path) ?? [];
    if (root === undefined) return null;
    if (rest === undefined) return REDIRECT;
    if (rest === '/') return `/${root}`;
    if (rest === '/schema' || rest === '/schema/') return `/${root}-schema`;
    const [, name = '', inner] = /^\/([^/]+)(\/.*)?$/s.exec(rest) ?? [];
    if (name === '') return NOTHING;
    if (inner === undefined) return root === 'tags' ? `/tag/${name}` : `/agent/${name}`;
    if (root === 'tags' && inner === '/agents/') return `/tag/${name}/agents`;
    return root === 'tags' && inner === '/agents' ? REDIRECT : NOTHING;
  },

  publicPathOf(route) {
    const path = PUBLIC_PATHS[route];
    if (path === undefined) throw new Error(`The route ${route} has no public path; add it to PUBLIC_PATHS.`);
    return path;
  },

  renderError(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
    const status = STATUS[error.code];
    addRetryAfter(error, reply);
    addChallenges(error, request, reply);
    const type = mediaTypeOf(request.headers['content-type']);
    const isJson = type === '' || type === 'application/json' || (error instanceof PyfarmRefusal && error.isAlwaysJson);
    const body = isJson ? JSON.stringify({ error: error.message }) : errorPage(status, error.message);
    void reply
      .status(status)
      .header('content-type', isJson ? 'application/json' : 'text/html; charset=utf-8')
      .send(Buffer.from(body));
  },
};

import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentContext } from '../../context/request-context.js';
import { addChallenges } from '../../http/challenges.js';
import { addRetryAfter } from '../../http/retry-after.js';
import type { DomainError, ErrorCode } from '../../kernel/domain-error.js';
import type { Dialect } from '../dialect.js';
import { CloudifyRefusal } from './cloudify-refusal.js';

/** Deeper than any route, so that nothing answers there. */
const NOWHERE = '/no/such/path/here';
const VERSION = '/version';

const ANSWERS: Readonly<Record<ErrorCode, readonly [status: number, errorCode: string]>> = {
  invalid_input: [400, 'bad_parameters_error'],
  malformed_body: [400, 'bad_parameters_error'],
  body_too_large: [413, 'bad_parameters_error'],
  unsupported_media_type: [415, 'unsupported_content_type_error'],
  not_found: [404, 'not_found_error'],
  route_not_found: [404, 'not_found_error'],
  method_not_allowed: [405, 'method_not_allowed_error'],
  conflict: [409, 'conflict_error'],
  invalid_state: [400, 'illegal_action_error'],
  busy: [400, 'existing_running_execution_error'],
  stale_fence: [409, 'conflict_error'],
  precondition_failed: [412, 'conflict_error'],
  idempotency_mismatch: [422, 'conflict_error'],
  idempotency_in_progress: [409, 'conflict_error'],
  never_fires: [400, 'bad_parameters_error'],
  unauthenticated: [401, 'unauthorized_error'],
  forbidden: [403, 'forbidden_error'],
  forbidden_class: [403, 'forbidden_error'],
  rate_limited: [429, 'too_many_requests_error'],
  unavailable: [503, 'service_unavailable_error'],
  internal: [500, 'internal_server_error'],
};

/** The REST API of the Cloudify manager, as far as executions need it; `/api/v3` and `/api/v3.1` are the same. Source: contract A1. */
export const cloudifyDialect: Dialect = {
  name: 'Cloudify',
  description:
    'Executions, deployments and what a client needs beside them, as the Cloudify manager serves them at `/api/v3.1` and, the same, at `/api/v3`.',
  prefix: '/~cloudify',

  internalPathOf(path) {
    if (path === '/api/version') return VERSION;
    const [, rest] = /^\/api\/v3(?:\.1)?(\/.*)?$/s.exec(path) ?? [];
    if (rest === undefined) return /^\/api\/v3(\.1)?$/.test(path) ? NOWHERE : null;
    return rest === VERSION || rest.endsWith('/') ? NOWHERE : rest;
  },

  publicPathOf: (route) => (route === VERSION ? '/api/version' : `/api/v3.1${route}`),

  renderError(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
    addRetryAfter(error, reply);
    addChallenges(error, request, reply);
    const [status, code] = error instanceof CloudifyRefusal ? [error.status, error.errorCode] : ANSWERS[error.code];
    void reply
      .status(status)
      .header('content-type', 'application/json')
      .send(Buffer.from(JSON.stringify({ message: worded(error, request), error_code: code, server_traceback: null })));
  },
};

/** A tenant that is refused is named; whether it exists is not told. */
function worded(error: DomainError, { headers: { tenant } }: FastifyRequest): string {
  const context = currentContext();
  const isTenant = error.code === 'forbidden' && context?.principal !== undefined && context.tenant === null;
  if (!isTenant || typeof tenant !== 'string') return error.message;
  return `The tenant ${JSON.stringify(tenant.slice(0, 100))} is unknown, or you may not act for it.`;
}

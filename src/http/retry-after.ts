import type { FastifyReply } from 'fastify';
import type { DomainError } from '../kernel/domain-error.js';

/** What a client shall wait before it tries again, when the refusal itself does not say. */
const RETRY_AFTER_SECONDS = 2;

/** Tells in `Retry-After` when it is worth while to try again, if that is all that it takes. For every API. */
export function addRetryAfter({ code, retryAfterSeconds }: DomainError, reply: FastifyReply): void {
  if (code === 'unavailable' || code === 'rate_limited')
    void reply.header('retry-after', String(retryAfterSeconds ?? RETRY_AFTER_SECONDS));
}

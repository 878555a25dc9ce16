import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../kernel/domain-error.js';
import { challenges } from './challenges.js';
import { translateError } from './error-translation.js';
import { problemOf, PROBLEM_JSON } from './problem.js';
import type { RouteCatalogue } from './route-catalogue.js';

/** What a client shall wait before it tries again, when the refusal itself does not say. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Answers a failed request of the native API with problem+json, wherever it failed: in a handler (through `ProblemFilter`) or
 * before one was found (Fastify's `frameworkErrors`). The causes of `internal` errors go to the log and nowhere else.
 */
export class ProblemResponder {
  private readonly logger = new Logger('Http');

  constructor(
    private readonly routes: RouteCatalogue,
    private readonly limits: { readonly maxBodyBytes: number },
  ) {}

  /** Sends the answer. Does nothing but log when one is on its way already. */
  respond(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const path = request.originalUrl.split('?')[0] ?? '';
    const failed = {
      method: request.method,
      path,
      contentType: request.headers['content-type'],
      requestId: request.id,
    };
    const translated = translateError(error, failed, this.limits);
    const allowed = translated.code === 'route_not_found' ? this.otherMethods(failed) : [];
    const answered = allowed.length > 0 ? wrongMethod(failed, allowed) : translated;
    this.log(answered, error, failed);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (allowed.length > 0) void reply.header('allow', allowed.join(', '));
    if (answered.code === 'unavailable' || answered.code === 'rate_limited')
      void reply.header('retry-after', String(answered.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    if (answered.code === 'unauthenticated')
      void reply.header('www-authenticate', challenges(request.method, request.headers));
    const problem = problemOf(answered, failed);
    // As bytes: with a replay's serializer or a JSON text Fastify would look at it again.
    void reply
      .status(problem.status)
      .header('content-type', PROBLEM_JSON)
      .send(Buffer.from(JSON.stringify(problem)));
  }

  /** What the path answers instead of this method; empty if it is unknown, or known but not served by this process. */
  private otherMethods({ method, path }: { method: string; path: string }): string[] {
    const methods = this.routes.methodsOf(path);
    return methods.includes(method) ? [] : methods;
  }

  private log(
    answered: DomainError,
    error: unknown,
    failed: { method: string; path: string; requestId: string },
  ): void {
    const where = `${failed.method} ${failed.path} (request ${failed.requestId})`;
    if (answered.code === 'internal')
      this.logger.error(`${where} failed: ${describe(error)}`, error instanceof Error ? error.stack : undefined);
    else if (answered.code === 'unavailable') this.logger.warn(`${where} could not be served: ${describe(error)}`);
    else if (answered.cause !== undefined) this.logger.debug(`${where}: ${answered.code}: ${describe(answered.cause)}`);
  }
}

function wrongMethod({ method, path }: { method: string; path: string }, allowed: readonly string[]): DomainError {
  return new DomainError('method_not_allowed', `${path} does not answer ${method}; it answers ${allowed.join(', ')}.`);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../kernel/domain-error.js';
import type { ErrorRenderer } from './error-renderer.js';
import { translateError } from './error-translation.js';
import type { RouteCatalogue } from './route-catalogue.js';

/**
 * Answers a failed request, wherever it failed: in a handler (through `FailureFilter`) or before one was found (Fastify's
 * `frameworkErrors`). What the failure means is decided here, once; how it is worded, by the renderer of the request's API. The
 * causes of `internal` errors go to the log and nowhere else.
 */
export class FailureResponder {
  private readonly logger = new Logger('Http');

  constructor(
    private readonly routes: RouteCatalogue,
    private readonly limits: { readonly maxBodyBytes: number },
    private readonly rendererOf: (request: FastifyRequest) => ErrorRenderer,
  ) {}

  /** Sends the answer. Does nothing but log when one is on its way already. */
  respond(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const path = pathOf(request.originalUrl);
    const failed = {
      method: request.method,
      path,
      contentType: request.headers['content-type'],
      requestId: request.id,
    };
    const translated = translateError(error, failed, this.limits);
    const allowed = translated.code === 'route_not_found' ? this.otherMethods(request) : [];
    const answered = allowed.length > 0 ? wrongMethod(failed, allowed) : translated;
    this.log(answered, error, failed);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (allowed.length > 0) void reply.header('allow', allowed.join(', '));
    this.rendererOf(request).renderError(answered, request, reply);
  }

  /** What the path answers instead of this method; empty if it is unknown, or known but not served by this process. */
  private otherMethods({ method, raw }: FastifyRequest): string[] {
    // The path as it was routed: a compatible API's differs from the one that the client sent.
    const methods = this.routes.methodsOf(pathOf(raw.url ?? ''));
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

function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}

function wrongMethod({ method, path }: { method: string; path: string }, allowed: readonly string[]): DomainError {
  return new DomainError('method_not_allowed', `${path} does not answer ${method}; it answers ${allowed.join(', ')}.`);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../kernel/domain-error.js';

/** Writes a failure as one API words it: status, headers and body. Each API of this server has one. */
export interface ErrorRenderer {
  /**
   * Sends the answer. `error` is translated already: a path without an operation is `route_not_found`, a wrong method
   * `method_not_allowed` (the header `Allow` is set), and what only the log may know is a bare `internal`.
   */
  renderError(error: DomainError, request: FastifyRequest, reply: FastifyReply): void;
}

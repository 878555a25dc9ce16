import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FailureResponder } from './failure-responder.js';

/** Hands everything that is thrown in or before a controller to the responder. Installed globally. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  constructor(private readonly responder: FailureResponder) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.responder.respond(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

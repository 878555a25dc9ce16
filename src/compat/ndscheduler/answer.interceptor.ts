import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { currentContext } from '../../context/request-context.js';
import { JSON_TYPE, jsonBytes } from './error-answer.js';
import { clearingCookie } from './user-cookie.js';

/** Sends answers as the original's server does: its JSON, an entity tag on what was read, 304 for whoever has it already. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (currentContext()?.principal?.sessionHash === undefined) reply.header('set-cookie', clearingCookie());
    return next.handle().pipe(map((body: unknown) => (body === undefined ? body : answer(body, request, reply))));
  }
}

function answer(body: unknown, request: FastifyRequest, reply: FastifyReply): Buffer | undefined {
  const bytes = jsonBytes(body);
  if (request.method === 'GET') {
    const tag = `"${createHash('sha1').update(bytes).digest('hex')}"`;
    reply.header('etag', tag);
    if (isKnown(request.headers['if-none-match'], tag)) {
      reply.status(304);
      return undefined;
    }
  }
  reply.header('content-type', JSON_TYPE);
  return bytes;
}

/** RFC 9110, section 13.1.2: the comparison is weak. */
function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(tag);
}

import { applyDecorators, Inject, Injectable, Logger, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { currentTenant } from '../context/request-context.js';
import { invalidField } from '../kernel/domain-error.js';
import { fingerprintOf } from './fingerprint.js';
import { IdempotencyStore, type KeyedRequest, type StoredAnswer } from './idempotency-store.service.js';
import { shown } from './shorten.js';

const KEY = /^[\x21-\x7e]{1,255}$/;
/** Headers that belong to the answer, not to the connection or to this one request. */
const REMEMBERED_HEADERS = ['location', 'etag'];

/**
 * Runs a creating request once per `Idempotency-Key` and answers repeats with the first answer. An answer is remembered after
 * the handler's transaction: a crash in between frees the key after 60 s without an answer, so the client learns nothing wrong,
 * but a repeat then runs again.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Idempotency');

  constructor(@Inject(IdempotencyStore) private readonly store: IdempotencyStore) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined) return next.handle();
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw invalidField(
        'Idempotency-Key',
        'idempotency_key',
        `Idempotency-Key must be 1 to 255 visible ASCII characters without blanks; got ${shown(key)}.`,
      );
    }
    const keyed: KeyedRequest = {
      tenantId: currentTenant().id,
      key,
      operation: `${request.method} ${request.url}`,
      fingerprint: fingerprintOf(request.body),
    };
    return from(this.run(keyed, context.switchToHttp().getResponse<FastifyReply>(), next));
  }

  private async run(keyed: KeyedRequest, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const claim = await this.store.claim(keyed);
    if ('answer' in claim) return replay(claim.answer, reply);
    let result: unknown;
    try {
      result = await firstValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      await this.attempt('release the key', () => this.store.release(keyed, claim.token));
      throw error;
    }
    await this.attempt('remember the answer', () => this.store.store(keyed, claim.token, answerOf(result, reply)));
    return result;
  }

  /** The handler has had its effect: a failure here must not turn its answer into an error. The key frees itself later. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn(`Could not ${what}: ${String(error)}`);
    }
  }
}

function answerOf(result: unknown, reply: FastifyReply): StoredAnswer {
  const headers = REMEMBERED_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(headers),
    body: result === undefined ? null : JSON.stringify(result),
  };
}

/** The body goes out as the text that was remembered: parsing it would lose nothing, but cost. */
function replay(answer: StoredAnswer, reply: FastifyReply): unknown {
  reply.headers({ ...answer.headers, 'idempotency-replayed': 'true' }).status(answer.status);
  if (answer.body === null) return undefined;
  reply.type('application/json; charset=utf-8').serializer((text: string) => text);
  return answer.body;
}

/** Lets clients repeat this creating operation safely with the header `Idempotency-Key`. */
export function Idempotent(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        '1 to 255 visible ASCII characters of your choice. A repeat with the same key and body within 24 hours gets the first answer ' +
        '(header `Idempotency-Replayed: true`) and changes nothing.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
}

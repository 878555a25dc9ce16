import { HttpException } from '@nestjs/common';
import { isUnavailable, sqlState } from '../database/sql-state.js';
import { DomainError, invalidField, type ErrorCode } from '../kernel/domain-error.js';
import { shown } from './shorten.js';

/** What the translation needs to know of the request. */
export interface FailedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly contentType: string | undefined;
  readonly requestId: string;
}

/** Values that PostgreSQL cannot hold: bad text, numbers and instants out of range. Validation should have refused them. */
const UNSTORABLE = ['22P05', '22021', '22P02', '22003', '22007', '22008'];
/** Cancelled, out of resources, or given up after all retries: it may work later. */
const PASSING = ['57014', '40001', '40P01', '55P03'];

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'route_not_found',
  409: 'conflict',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  503: 'unavailable',
};

/** What any thrown value means to the client. `internal` is a bug or a fault of the server and says nothing of its cause. */
export function translateError(error: unknown, request: FailedRequest, limits: { maxBodyBytes: number }): DomainError {
  if (error instanceof DomainError) return error;
  const frameworkCode = fastifyCode(error);
  if (frameworkCode !== null) {
    const known = fromFastify(frameworkCode, request, limits, error);
    if (known) return known;
  }
  if (error instanceof HttpException) {
    const code = BY_STATUS[error.getStatus()];
    if (code === 'route_not_found')
      return new DomainError(code, `No operation is served at ${request.method} ${shown(request.path)}.`);
    if (code) return new DomainError(code, error.message, [], { cause: error });
  }
  return (
    fromDatabase(error) ??
    new DomainError('internal', `The server failed. Request id ${request.requestId} finds the cause in its log.`, [], {
      cause: error,
    })
  );
}

function fastifyCode(error: unknown): string | null {
  for (let e = error, depth = 0; e instanceof Error && depth < 3; depth++) {
    const { code } = e as { code?: unknown };
    if (typeof code === 'string' && code.startsWith('FST_ERR_')) return code;
    e = e.cause;
  }
  return null;
}

function fromFastify(
  code: string,
  request: FailedRequest,
  limits: { maxBodyBytes: number },
  cause: unknown,
): DomainError | null {
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new DomainError(
        'body_too_large',
        `The body is larger than ${limits.maxBodyBytes} bytes (setting MAX_BODY_BYTES).`,
        [],
        { cause },
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new DomainError(
        'unsupported_media_type',
        `The body must be application/json; its Content-Type is ${shown(request.contentType ?? 'absent')}.`,
        [],
        { cause },
      );
    case 'FST_ERR_BAD_URL':
      return invalidField(
        ':path',
        'bad_escape',
        `The path ${shown(request.path)} is not a valid URL path: a % must be followed by two hex digits that form UTF-8.`,
      );
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new DomainError(
        'not_found',
        `There is nothing at ${shown(request.path)}: a part of the path is longer than any id.`,
      );
    default:
      return code.startsWith('FST_ERR_CTP_')
        ? new DomainError('malformed_body', 'The body could not be read as announced by its headers.', [], { cause })
        : null;
  }
}

function fromDatabase(cause: unknown): DomainError | null {
  const state = sqlState(cause);
  if (isUnavailable(cause) || (state !== null && (PASSING.includes(state) || state.startsWith('53')))) {
    return new DomainError('unavailable', 'The database is away or overloaded at the moment. Try again.', [], {
      cause,
    });
  }
  if (state === '23505')
    return new DomainError('conflict', 'Something with the same key exists already.', [], { cause });
  if (state === '23503')
    return new DomainError('conflict', 'Something that this refers to was deleted at the same time.', [], { cause });
  if (state !== null && UNSTORABLE.includes(state))
    return new DomainError('invalid_input', 'A value of the request cannot be stored.', [], { cause });
  return null;
}

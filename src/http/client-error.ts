import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { problemOf, PROBLEM_JSON } from './problem.js';

/** Statuses of faults that Node's HTTP parser finds; there is no request yet, so the table of codes does not apply. */
const PARSER_FAULTS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The request line and headers are larger than 16 KiB.'],
};

/** Answers on a raw connection whose request could not even be parsed, and closes it. For Fastify's `clientErrorHandler`. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, detail] = PARSER_FAULTS[error.code ?? ''] ?? [400, 'The request is not valid HTTP/1.1.'];
  const requestId = newId();
  const body = JSON.stringify(problemOf(new DomainError('invalid_input', detail), { path: '', requestId }, status));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Bad Request'}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  else socket.destroy();
}

import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { problemOf, PROBLEM_JSON } from './problem.js';
import { securityHeaders } from './security-headers.js';

/** Statuses of faults that Node's HTTP parser finds; there is no request yet, so the table of codes does not apply. */
const PARSER_FAULTS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The request line and headers are larger than 16 KiB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The extensions of a chunk of the body are larger than 16 KiB.'],
};

/** The socket of a server knows the answer that is being written to it; Node's own default handler looks at it too. */
type ServerSocket = Socket & { readonly _httpMessage?: { readonly headersSent: boolean } | null };

/** Answers on a raw connection whose request could not even be parsed, and closes it. For Fastify's `clientErrorHandler`. */
export function answerClientError(error: NodeJS.ErrnoException, socket: ServerSocket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // In the middle of an earlier answer a second head would be read as part of its body.
  if (!socket.writable || socket._httpMessage?.headersSent === true) {
    socket.destroy();
    return;
  }
  const [status, detail] = PARSER_FAULTS[error.code ?? ''] ?? [400, 'The request is not valid HTTP/1.1.'];
  const { headers, body } = answerOf(status, detail, '');
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Bad Request'}`, ...head, '', body].join('\r\n'));
}

/** Answers a request whose `Expect` is not `100-continue`, which Node would refuse itself with an empty answer. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0] ?? '';
  const { headers, body } = answerOf(417, 'The header Expect can only be 100-continue.', path);
  response.writeHead(417, headers).end(body);
}

function answerOf(status: number, detail: string, path: string): { headers: Record<string, string>; body: string } {
  const requestId = newId();
  const body = JSON.stringify(problemOf(new DomainError('invalid_input', detail), { path, requestId }, status));
  const headers = {
    'Content-Type': PROBLEM_JSON,
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    ...securityHeaders('/api/'),
    Connection: 'close',
  };
  return { headers, body };
}

import type { IncomingMessage } from 'node:http';
import { newId } from '../kernel/ids.js';

const SANE = /^[\w.:+/=@-]{1,128}$/;

/** The id of a request: the client's `X-Request-Id` if it cannot hurt a log or a header, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : newId();
}

import type { IncomingMessage } from 'node:http';
import { DomainError } from '../kernel/domain-error.js';

/**
 * Refuses an HTTP/1.1 request that does not name its host exactly once (RFC 9112, section 3.2). Node would refuse the absent one itself, but
 * with an empty answer, and would take the first of several, where a proxy in front may have looked at another. Throws `invalid_input`.
 */
export function refuseUnclearHost(request: Pick<IncomingMessage, 'httpVersion' | 'rawHeaders'>): void {
  const hosts = request.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host').length;
  if (hosts === 1 || (hosts === 0 && request.httpVersion === '1.0')) return;
  throw new DomainError('invalid_input', `The request has ${hosts} headers Host; there must be exactly one.`);
}

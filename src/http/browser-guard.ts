import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isLoopback } from '../config/loopback.js';
import { DomainError } from '../kernel/domain-error.js';

/**
 * Keeps web pages out of the open mode, in which whoever reaches the port may run commands. A page of another origin is known by
 * `Origin` (or `Sec-Fetch-Site`). A page whose name was made to point at this machine (DNS rebinding) is known by a `Host` that
 * is neither an address nor a name of this machine; that is only demanded on loopback, because elsewhere the names are unknown here.
 * `allowedOrigins` are the pages that the setting `CORS_ORIGINS` lets in. Throws `forbidden`.
 */
export function refuseForeignPages(
  headers: Record<string, string | string[] | undefined>,
  listenHost: string,
  allowedOrigins: readonly string[],
): void {
  const host = typeof headers.host === 'string' ? headers.host : '';
  if (isLoopback(listenHost) && host !== '' && !isOwnName(nameOf(host), listenHost)) {
    throw new DomainError(
      'forbidden',
      `The header Host is ${JSON.stringify(host)}; use ${listenHost}, localhost or an IP address.`,
    );
  }
  const origin = headers.origin;
  if (isAllowed(origin, allowedOrigins)) return;
  const isForeignOrigin = typeof origin === 'string' && originHost(origin) !== host.toLowerCase();
  if (
    isForeignOrigin ||
    (origin === undefined && headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate')
  ) {
    throw new DomainError(
      'forbidden',
      `Web pages of other origins may not use this server; the header Origin is ${JSON.stringify(origin ?? 'absent')}.`,
    );
  }
}

/**
 * Keeps web pages from changing anything with the session of somebody who is signed in: a browser sends its cookies along when a
 * form of another page is posted. Such a request names its origin or its site; only pages of this very origin may write.
 * Throws `forbidden`.
 */
export function refuseCrossSiteWrite(
  method: string,
  headers: Record<string, string | string[] | undefined>,
  allowedOrigins: readonly string[],
): void {
  if (isAllowed(headers.origin, allowedOrigins)) return;
  const site = headers['sec-fetch-site'];
  if (['GET', 'HEAD', 'OPTIONS'].includes(method) || (site !== 'cross-site' && site !== 'same-site')) return;
  throw new DomainError('forbidden', `Only pages of this server may send ${method}; Sec-Fetch-Site is ${site}.`);
}

function isAllowed(origin: string | string[] | undefined, allowed: readonly string[]): boolean {
  return typeof origin === 'string' && (allowed.includes('*') || allowed.includes(origin.toLowerCase()));
}

function isOwnName(name: string, listenHost: string): boolean {
  return (
    isIP(name) !== 0 ||
    isLoopback(name) ||
    name.endsWith('.localhost') ||
    name === listenHost.toLowerCase() ||
    name === hostname().toLowerCase()
  );
}

/** The name in a `Host` header, without port, brackets and final dot, in lower case. */
function nameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function originHost(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return '';
  }
}

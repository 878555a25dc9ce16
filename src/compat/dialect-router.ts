import type { IncomingMessage } from 'node:http';
import type { Dialect } from './dialect.js';

/** Where requests go that nobody answers: internal paths that a client typed in. */
const NOWHERE = '/~';

const dialectOfRequest = new WeakMap<object, Dialect>();

/** The dialect in which a request came; undefined: the native API, or no API at all. */
export function dialectOf(raw: object): Dialect | undefined {
  return dialectOfRequest.get(raw);
}

/**
 * Fastify's `rewriteUrl`: finds out, before anything is routed, which system's client is talking, and maps its path to the
 * internal one. Fastify keeps the URL as it was sent in `originalUrl`.
 *
 * A CORS preflight is mapped to nothing, because for ndscheduler OPTIONS means "resume this job".
 */
export function routeDialects(dialects: readonly Dialect[]): (request: IncomingMessage) => string {
  return (request) => {
    const url = request.url ?? '/';
    const { path, query } = partsOf(url);
    if (path.startsWith('/~')) return NOWHERE;
    if (isPreflight(request)) return url;
    const method = request.method ?? 'GET';
    for (const dialect of dialects) {
      const internal = dialect.internalPathOf(path, method, query);
      if (internal === null) continue;
      dialectOfRequest.set(request, dialect);
      return dialect.prefix + internal + query;
    }
    return url;
  };
}

/** Whether a browser asks on behalf of a page of another origin what that page may do (Fetch standard, "CORS-preflight request"). */
export function isPreflight({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** Path and query of a request target, also of the absolute form that proxies get. The query keeps its question mark. */
function partsOf(url: string): { path: string; query: string } {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '');
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  return {
    path: unescapeUnreserved(path),
    query: end < 0 || target[end] === '#' ? '' : target.slice(end),
  };
}

/** `%7E` and `~` are the same path; so a prefix cannot be smuggled in. Reserved characters stay escaped: `%2F` is no slash. */
function unescapeUnreserved(path: string): string {
  return path.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape;
  });
}

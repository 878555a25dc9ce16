import type { IncomingHttpHeaders } from 'node:http';

/**
 * What to send as `WWW-Authenticate` with a 401 (RFC 9110, section 11.6.1). Browsers answer the Basic challenge with a window of
 * their own, which a page that handles the 401 itself does not want: requests of scripts, and posted forms, get Bearer alone. They are
 * known by `Sec-Fetch-Mode` and `X-Requested-With`.
 */
export function challenges(method: string, headers: IncomingHttpHeaders): string[] {
  const bearer = 'Bearer realm="Carillon"';
  const mode = headers['sec-fetch-mode'];
  const isScript =
    headers['x-requested-with'] !== undefined || (mode !== undefined && (mode !== 'navigate' || method !== 'GET'));
  return isScript ? [bearer] : [bearer, 'Basic realm="Carillon", charset="UTF-8"'];
}

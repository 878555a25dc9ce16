/** Where a redirect leads and what is sent there (RFC 9110, section 15.4). Pure. */
import type { OutgoingRequest } from './http-exchange.js';

const REDIRECTS = [301, 302, 303, 307, 308];
/** They were meant for the first server only. */
const PRIVATE_HEADERS = ['authorization', 'cookie', 'proxy-authorization', 'host'];

/** The request that an answer redirects to; null when it is no redirect. Throws for a target that cannot be followed. */
export function redirectOf(
  sent: OutgoingRequest,
  status: number,
  location: string | undefined,
): OutgoingRequest | null {
  if (!REDIRECTS.includes(status) || location === undefined) return null;
  if (!URL.canParse(location, sent.url.href))
    throw new Error(`The server redirects to ${JSON.stringify(location)}, which is no URL.`);
  const url = new URL(location, sent.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`The server redirects to ${url.protocol}, which is not followed.`);
  const keepsMethod = status === 307 || status === 308 || sent.method === 'GET' || sent.method === 'HEAD';
  const dropped = [
    ...(url.origin === sent.url.origin ? [] : PRIVATE_HEADERS),
    ...(keepsMethod ? [] : ['content-type']),
  ];
  const headers = Object.fromEntries(Object.entries(sent.headers).filter(([name]) => !dropped.includes(name)));
  return keepsMethod ? { ...sent, url, headers } : { url, headers, method: 'GET', body: null };
}

import type { IncomingHttpHeaders } from 'node:http';

/** Cookie of a browser that signed in. */
export const SESSION_COOKIE = 'carillon_session';

/** The same cookie by the name that clients of ndscheduler know. */
export const NDSCHEDULER_COOKIE = 'user';

/** The value needs neither quotes nor escapes (see `newSecret`), but a client may put quotes around it. */
const inCookies = (name: string): RegExp => new RegExp(`(?:^|;) *${name}="?([\\w-]{1,100})"? *(?:;|$)`);
const SESSION_IN_COOKIES = inCookies(SESSION_COOKIE);
const NDSCHEDULER_SESSION_IN_COOKIES = inCookies(NDSCHEDULER_COOKIE);

/** What a request offers to prove who sends it. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'session'; readonly id: string };

/** One way to present credentials; null: the request does not use it. */
type HeaderForm = (headers: IncomingHttpHeaders) => Credentials | null;

/**
 * The ways in which requests carry credentials, the strongest first. The first that is present counts, right or wrong: a request
 * with a wrong token and a good cookie is refused. A compatible API that needs another form adds it here.
 */
const FORMS: readonly HeaderForm[] = [
  (headers) => tokenIn(schemeValue(headers.authorization, 'bearer')),
  // The header of Cloudify's clients.
  (headers) => tokenIn(headers['authentication-token']),
  (headers) => passwordIn(schemeValue(headers.authorization, 'basic')),
  // Any other `Authorization` is a credential that nobody has: the cookie must not make up for it.
  (headers) => tokenIn(headers.authorization === undefined ? undefined : ''),
  (headers) => sessionIn(headers.cookie),
];

/** The credentials of a request; null without any. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials | null {
  for (const form of FORMS) {
    const found = form(headers);
    if (found !== null) return found;
  }
  return null;
}

/** The session id of a `Cookie` header. */
export function sessionIdIn(cookies: string | undefined): string | null {
  const text = cookies ?? '';
  return (SESSION_IN_COOKIES.exec(text) ?? NDSCHEDULER_SESSION_IN_COOKIES.exec(text))?.[1] ?? null;
}

function schemeValue(authorization: string | undefined, scheme: string): string | undefined {
  const found = /^(\S+) +(\S.*)$/.exec(authorization ?? '');
  return found?.[1]?.toLowerCase() === scheme ? found[2] : undefined;
}

function tokenIn(value: string | string[] | undefined): Credentials | null {
  return typeof value === 'string' ? { kind: 'token', token: value.trim() } : null;
}

/** RFC 7617: the name ends at the first colon, the password may contain more of them. */
function passwordIn(value: string | undefined): Credentials | null {
  if (value === undefined) return null;
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function sessionIn(cookies: string | undefined): Credentials | null {
  const id = sessionIdIn(cookies);
  return id === null ? null : { kind: 'session', id };
}

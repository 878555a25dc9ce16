const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;

/** Swagger UI ships its own scripts but styles elements inline and draws icons from data URLs. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Headers that every answer at `url` carries. Answers of an API are not kept by any cache: they belong to one caller. */
export function securityHeaders(url: string): Record<string, string> {
  const path = url.split('?')[0] ?? '';
  const isApi = path.startsWith('/api/');
  return {
    ...ALWAYS,
    'content-security-policy': path === '/docs' || path.startsWith('/docs/') ? DOCS_POLICY : API_POLICY,
    ...(isApi ? { 'cache-control': 'no-store' } : {}),
  };
}

import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Dialect } from './dialect.js';
import { dialectOf, routeDialects } from './dialect-router.js';

/** Claims `/old` and what is below it, with their slashes. */
const old: Dialect = {
  name: 'Old',
  description: '',
  prefix: '/~old',
  internalPathOf: (path) => (path === '/old' || path.startsWith('/old/') ? path : null),
  publicPathOf: (route) => route,
  renderError: () => undefined,
};
const route = routeDialects([old]);

function request(url: string, method = 'GET', headers: IncomingMessage['headers'] = {}): IncomingMessage {
  return { url, method, headers } as IncomingMessage;
}

describe('routeDialects', () => {
  it.each([
    ['/old', '/~old/old'],
    ['/old/?a=/~old&b=1', '/~old/old/?a=/~old&b=1'],
    ['/%6Fld/a%2Fb', '/~old/old/a%2Fb'],
    ['http://example.org:80/old/x?y', '/~old/old/x?y'],
    ['/old/%', '/~old/old/%'],
  ])('maps %s to %s and remembers whose it is', (url, internal) => {
    const one = request(url);
    expect(route(one)).toBe(internal);
    expect(dialectOf(one)).toBe(old);
  });

  it.each(['/api/v2/jobs', '/', '/older', '/api/v2/~old/x', '*'])('leaves %s alone', (url) => {
    const one = request(url);
    expect(route(one)).toBe(url);
    expect(dialectOf(one)).toBeUndefined();
  });

  it.each(['/~old/old', '/%7Eold/old', '/%7eold', 'http://example.org/~old/old', '/~'])(
    'sends %s nowhere: internal paths are not addressable',
    (url) => {
      const one = request(url);
      expect(route(one)).toBe('/~');
      expect(dialectOf(one)).toBeUndefined();
    },
  );

  it('never maps a preflight, but every other OPTIONS', () => {
    const preflight = {
      origin: 'http://page.example',
      'access-control-request-method': 'GET',
    };
    expect(route(request('/old/1', 'OPTIONS', preflight))).toBe('/old/1');
    expect(route(request('/old/1', 'OPTIONS', { origin: 'http://page.example' }))).toBe('/~old/old/1');
    expect(route(request('/old/1', 'OPTIONS'))).toBe('/~old/old/1');
  });
});

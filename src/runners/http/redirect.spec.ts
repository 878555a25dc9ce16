import { describe, expect, it } from 'vitest';
import type { OutgoingRequest } from './http-exchange.js';
import { redirectOf } from './redirect.js';

const post: OutgoingRequest = {
  url: new URL('http://one.test/a/b'),
  method: 'POST',
  headers: { authorization: 'secret', cookie: 'c', 'content-type': 'text/plain', accept: '*/*' },
  body: 'text',
};

describe('a redirect', () => {
  it('turns POST into GET except for 307 and 308', () => {
    for (const status of [301, 302, 303]) {
      expect(redirectOf(post, status, 'c')).toEqual({
        url: new URL('http://one.test/a/c'),
        method: 'GET',
        headers: { authorization: 'secret', cookie: 'c', accept: '*/*' },
        body: null,
      });
    }
    for (const status of [307, 308])
      expect(redirectOf(post, status, '/')).toMatchObject({ method: 'POST', body: 'text' });
  });

  it('drops credentials when host, port or scheme change', () => {
    for (const target of ['http://two.test/', 'http://one.test:81/', 'https://one.test/']) {
      expect(Object.keys(redirectOf(post, 307, target)?.headers ?? {})).toEqual(['content-type', 'accept']);
    }
  });

  it('is none without a target or with another status', () => {
    expect(redirectOf(post, 302, undefined)).toBeNull();
    expect(redirectOf(post, 304, '/')).toBeNull();
  });
});

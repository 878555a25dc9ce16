import { describe, expect, it } from 'vitest';
import { refuseCrossSiteWrite, refuseForeignPages } from './browser-guard.js';

describe('refuseForeignPages', () => {
  it.each([
    [{ host: '127.0.0.1:8888' }, '127.0.0.1'],
    [{ host: 'localhost:8888' }, '127.0.0.1'],
    [{ host: 'LOCALHOST.:8888' }, '127.0.0.1'],
    [{ host: '[::1]:8888' }, '::1'],
    [{ host: '10.0.0.7' }, '127.0.0.1'],
    [{}, '127.0.0.1'],
    [{ host: 'jobs.example' }, '0.0.0.0'],
    [{ host: 'localhost:8888', origin: 'http://localhost:8888' }, '127.0.0.1'],
    [{ host: 'jobs.example', origin: 'https://jobs.example' }, '0.0.0.0'],
    [
      {
        host: 'localhost:8888',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
      },
      '127.0.0.1',
    ],
    [
      {
        host: 'localhost:8888',
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'cors',
      },
      '127.0.0.1',
    ],
  ])('lets %j pass on %s', (headers, listenHost) => {
    expect(() => refuseForeignPages(headers, listenHost, [])).not.toThrow();
  });

  it.each([
    ['a name made to point here', { host: 'evil.example:8888' }, '127.0.0.1'],
    ['a name that only begins like an own one', { host: 'localhost.evil.example' }, '127.0.0.1'],
    ['a page of another site', { host: 'localhost:8888', origin: 'http://evil.example' }, '127.0.0.1'],
    ['a page of another port', { host: 'localhost:8888', origin: 'http://localhost:3000' }, '127.0.0.1'],
    ['a sandboxed page', { host: 'localhost:8888', origin: 'null' }, '127.0.0.1'],
    [
      'a page of another site without an Origin',
      {
        host: 'localhost:8888',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'no-cors',
      },
      '127.0.0.1',
    ],
    ['a page of another site beyond loopback', { host: 'jobs.example', origin: 'http://evil.example' }, '0.0.0.0'],
  ])('refuses %s', (_what, headers, listenHost) => {
    expect(() => refuseForeignPages(headers, listenHost, [])).toThrow(expect.objectContaining({ code: 'forbidden' }));
  });
});

describe('refuseCrossSiteWrite', () => {
  it.each([
    ['POST', 'cross-site'],
    ['DELETE', 'same-site'],
  ])('refuses %s from a page of another origin (%s), navigation or not', (method, site) => {
    expect(() => refuseCrossSiteWrite(method, { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' }, [])).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
  });

  it.each([
    ['GET', 'cross-site'],
    ['POST', 'same-origin'],
    ['POST', 'none'],
    ['POST', undefined],
  ])('lets %s pass (%s)', (method, site) => {
    expect(() => refuseCrossSiteWrite(method, { 'sec-fetch-site': site }, [])).not.toThrow();
  });
});

describe('origins that the settings allow', () => {
  const page = {
    host: 'localhost:8888',
    origin: 'https://Pages.example',
    'sec-fetch-site': 'cross-site',
  };

  it('lets their pages read and write', () => {
    expect(() => refuseForeignPages(page, '127.0.0.1', ['https://pages.example'])).not.toThrow();
    expect(() => refuseCrossSiteWrite('POST', page, ['https://pages.example'])).not.toThrow();
    expect(() => refuseForeignPages(page, '127.0.0.1', ['*'])).not.toThrow();
  });

  it('still demands a name of this machine, and knows no other origins', () => {
    expect(() =>
      refuseForeignPages({ ...page, host: 'evil.example' }, '127.0.0.1', ['https://pages.example']),
    ).toThrow();
    expect(() => refuseForeignPages(page, '127.0.0.1', ['http://pages.example'])).toThrow();
    expect(() => refuseCrossSiteWrite('POST', page, ['https://pages.example.org'])).toThrow();
  });
});

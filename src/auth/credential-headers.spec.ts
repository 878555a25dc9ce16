import { describe, expect, it } from 'vitest';
import { credentialsOf } from './credential-headers.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('credentialsOf', () => {
  it.each([
    ['nothing', {}, null],
    ['a bearer token', { authorization: 'Bearer cr_1' }, { kind: 'token', token: 'cr_1' }],
    ['any case of the scheme', { authorization: 'bearer   cr_1' }, { kind: 'token', token: 'cr_1' }],
    ['the header of other APIs', { 'authentication-token': 'cr_1' }, { kind: 'token', token: 'cr_1' }],
    ['Basic', { authorization: `Basic ${base64('mara:x')}` }, { kind: 'basic', username: 'mara', password: 'x' }],
    [
      'colons and UTF-8 in the password',
      { authorization: `Basic ${base64('mara:a:é:')}` },
      { kind: 'basic', username: 'mara', password: 'a:é:' },
    ],
    ['a cookie', { cookie: 'a=b; carillon_session=Ab-_9; c=d' }, { kind: 'session', id: 'Ab-_9' }],
    ['another cookie', { cookie: 'x_carillon_session=1; carillon_session2=2' }, null],
    ['an empty cookie', { cookie: 'carillon_session=' }, null],
    [
      'a token and a cookie',
      { authorization: 'Bearer t', cookie: 'carillon_session=1' },
      { kind: 'token', token: 't' },
    ],
    [
      'an unknown scheme and a cookie',
      { authorization: 'Digest x', cookie: 'carillon_session=1' },
      { kind: 'token', token: '' },
    ],
    ['Basic without a colon', { authorization: `Basic ${base64('mara')}` }, { kind: 'token', token: '' }],
    ['an empty Authorization', { authorization: '' }, { kind: 'token', token: '' }],
  ])('finds %s', (_what, headers, expected) => {
    expect(credentialsOf(headers)).toEqual(expected);
  });
});

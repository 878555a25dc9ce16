import { describe, expect, it } from 'vitest';
import { challenges } from './challenges.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe('challenges', () => {
  it.each([
    ['a program', 'POST', { 'user-agent': 'curl/8.5.0' }],
    ['a program without a name', 'GET', {}],
    [
      'a person who opens a page',
      'GET',
      { 'user-agent': FIREFOX, accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    ],
  ])('offers Basic to %s', (_who, method, headers) => {
    expect(challenges(method, headers)).toHaveLength(2);
  });

  it.each([
    ['a script of a page', 'GET', { 'user-agent': FIREFOX, accept: '*/*' }],
    ['a posted form', 'POST', { 'user-agent': FIREFOX, accept: 'text/html' }],
    ['a script that says so', 'GET', { 'x-requested-with': 'XMLHttpRequest' }],
  ])('does not open a window over %s', (_who, method, headers) => {
    expect(challenges(method, headers)).toEqual(['Bearer realm="Carillon"']);
  });
});

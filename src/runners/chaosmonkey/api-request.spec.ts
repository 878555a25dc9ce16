import { describe, expect, it } from 'vitest';
import { apiRequest } from './api-request.js';

const call = (payload: unknown, headers: unknown = {}) =>
  apiRequest({ endpoint: 'http://example.org/', method: 'POST', payload, headers });

describe('apiRequest', () => {
  // Right sides as python3 prints requests.Request('POST', url, data=payload).prepare().body
  it.each([
    [{ test: '1' }, 'test=1'],
    [{ a: 'b c&d', ä: '€' }, 'a=b+c%26d&%C3%A4=%E2%82%AC'],
    [{ list: [1, 2.5, null, 'x'], none: null, yes: true, no: false }, 'list=1&list=2.5&list=x&yes=True&no=False'],
    [{ keys: { one: 1, two: 2 } }, 'keys=one&keys=two'],
    [{}, null],
    [{ none: null }, null],
  ])('sends %j as %s', (payload, body) => expect(call(payload).parameters['body']).toBe(body));

  it('says that it sends a form, unless the job says something else', () => {
    expect(call({ a: 1 }, { 'X-A': 'b', gone: null }).parameters['headers']).toEqual({
      'X-A': 'b',
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect(call({ a: 1 }, { 'content-TYPE': 'text/plain' }).parameters['headers']).toEqual({
      'content-TYPE': 'text/plain',
    });
    expect(call({}).parameters['headers']).toEqual({});
  });

  it.each([[undefined], [null], ['a=b'], [[]]])('refuses the payload %j', (payload) =>
    expect(() => call(payload)).toThrow('The parameter payload of ApiRequest must be an object'),
  );
});

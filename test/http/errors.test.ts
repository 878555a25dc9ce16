import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type CallOptions, type NativeApp } from './native-app.js';

let native: NativeApp;
beforeAll(async () => (native = await startNativeApp({ env: { MAX_BODY_BYTES: '4096' } })));
afterAll(() => native.close());

const UNKNOWN_ID = '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e';

type Case = [
  what: string,
  method: string,
  path: string,
  options: CallOptions,
  status: number,
  code: string,
  field?: string,
];

describe('every refusal is problem+json with a stable code', () => {
  it.each<Case>([
    ['an unknown path', 'GET', '/nowhere', {}, 404, 'route_not_found'],
    ['an unknown path of the API', 'POST', '/api/v2/nowhere', { body: {} }, 404, 'route_not_found'],
    ['a wrong method', 'PUT', '/api/v2/tags', { body: {} }, 405, 'method_not_allowed'],
    ['OPTIONS without a preflight', 'OPTIONS', '/api/v2/tags', {}, 405, 'method_not_allowed'],
    ['an unknown id', 'GET', `/api/v2/tags/${UNKNOWN_ID}`, {}, 404, 'not_found'],
    ['no id at all', 'GET', '/api/v2/tags/7', {}, 404, 'not_found'],
    ['a very long id', 'GET', `/api/v2/tags/${'a'.repeat(600)}`, {}, 404, 'not_found'],
    ['a bad escape', 'GET', '/api/v2/tags/%zz', {}, 400, 'invalid_input', ':path'],
    ['an escape that is no UTF-8', 'GET', '/api/v2/tags/%ff', {}, 400, 'invalid_input', ':path'],
    ['U+0000 in the path', 'GET', '/api/v2/tags/%00', {}, 400, 'invalid_input', ':id'],
    ['U+0000 in the query', 'GET', '/api/v2/tags?q=%00', {}, 400, 'invalid_input', '?q'],
    ['U+0000 in the body', 'POST', '/api/v2/tags', { body: { name: 'a\0' } }, 400, 'invalid_input', '/name'],
    ['half a surrogate pair', 'POST', '/api/v2/tags', { body: '{"name":"\\ud800"}' }, 400, 'invalid_input', '/name'],
    ['broken JSON', 'POST', '/api/v2/tags', { body: '{"name":' }, 400, 'malformed_body'],
    [
      '__proto__ in the body',
      'POST',
      '/api/v2/tags',
      { body: '{"name":"x","__proto__":{"a":1}}' },
      400,
      'invalid_input',
      '/__proto__',
    ],
    [
      'constructor in the body',
      'POST',
      '/api/v2/tags',
      { body: '{"name":"x","constructor":{"prototype":{}}}' },
      400,
      'invalid_input',
      '/constructor',
    ],
    ['__proto__ in the query', 'GET', '/api/v2/tags?__proto__=x', {}, 400, 'invalid_input', '?__proto__'],
    [
      'an unknown field',
      'POST',
      '/api/v2/tags',
      { body: { name: 'x', colour: 'red' } },
      400,
      'invalid_input',
      '/colour',
    ],
    ['an unknown query parameter', 'GET', '/api/v2/tags?colour=red', {}, 400, 'invalid_input', '?colour'],
    ['a missing field', 'POST', '/api/v2/tags', { body: {} }, 400, 'invalid_input', '/name'],
    ['a wrong type', 'POST', '/api/v2/tags', { body: { name: 5 } }, 400, 'invalid_input', '/name'],
    ['a list for an object', 'POST', '/api/v2/tags', { body: [] }, 400, 'invalid_input', ''],
    [
      'an empty JSON body where fields are required',
      'POST',
      '/api/v2/tags',
      { body: '' },
      400,
      'invalid_input',
      '/name',
    ],
    ['a body that is too large', 'POST', '/api/v2/tags', { body: { name: 'x'.repeat(5000) } }, 413, 'body_too_large'],
    [
      'a form',
      'POST',
      '/api/v2/tags',
      { body: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ],
    [
      'plain text',
      'POST',
      '/api/v2/tags',
      { body: 'x', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a content type that is none',
      'POST',
      '/api/v2/tags',
      { body: 'x', headers: { 'content-type': '???' } },
      415,
      'unsupported_media_type',
    ],
    ['a limit of 0', 'GET', '/api/v2/tags?limit=0', {}, 400, 'invalid_input', '?limit'],
    ['a repeated limit', 'GET', '/api/v2/tags?limit=1&limit=2', {}, 400, 'invalid_input', '?limit'],
    ['a cursor that was made up', 'GET', '/api/v2/tags?cursor=WzFd', {}, 400, 'invalid_input', '?cursor'],
    [
      'a page of another origin',
      'POST',
      '/api/v2/tags',
      { body: { name: 'x' }, headers: { origin: 'http://evil.example' } },
      403,
      'forbidden',
    ],
  ])('%s', async (_what, method, path, options, status, code, field) => {
    const answer = await native.call(method, path, options);
    expect(answer).toMatchObject({
      status,
      body: { status, code, type: `/docs/problems#${code}`, instance: path.split('?')[0] },
    });
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
    if (field !== undefined) expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
  });

  it('stores nothing of what it refuses', async () => {
    expect(await native.sql('SELECT name FROM tags')).toEqual([]);
  });

  it('names the methods that a path does answer', async () => {
    const answer = await native.call('PUT', `/api/v2/tags/${UNKNOWN_ID}`, { body: {} });
    expect(answer.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH');
  });

  it('says where JSON is broken', async () => {
    const answer = await native.call('POST', '/api/v2/tags', { body: '{\n  "name": nope\n}' });
    expect(answer.body.detail).toContain('at line 2, column 12');
  });

  it('answers HEAD like GET, without the body', async () => {
    expect(await native.call('HEAD', '/api/v2/tags')).toMatchObject({ status: 200, text: '' });
    expect(await native.call('HEAD', '/nowhere')).toMatchObject({ status: 404, text: '' });
  });

  it('tells nothing of a fault of its own but the request id', async () => {
    await native.sql('ALTER TABLE tags RENAME COLUMN description TO hidden_away');
    try {
      const answer = await native.call('GET', '/api/v2/tags', { headers: { 'x-request-id': 'find-me' } });
      expect(answer).toMatchObject({
        status: 500,
        body: { code: 'internal', detail: expect.stringContaining('find-me') as string },
      });
      expect(answer.text).not.toMatch(/description|column|SELECT/i);
    } finally {
      await native.sql('ALTER TABLE tags RENAME COLUMN hidden_away TO description');
    }
  });
});

describe('requests that the HTTP parser refuses', () => {
  it('an over-long URL is 431', async () => {
    const answer = await native.call('GET', `/api/v2/tags?q=${'a'.repeat(20_000)}`);
    expect(answer).toMatchObject({ status: 431, body: { status: 431, code: 'invalid_input' } });
  });

  it('what is no HTTP is 400, and the connection is closed', async () => {
    const answer = await raw('NONSENSE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/Content-Type: application\/problem\+json/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 400, code: 'invalid_input' });
  });

  it('a Host that was made to point here is refused', async () => {
    expect(await statusWithHost('evil.example')).toBe(403);
    expect(await statusWithHost('localhost:1234')).toBe(200);
  });
});

describe('headers of every answer', () => {
  it.each(['/api/v2/tags', '/nowhere', '/api/v2/tags/%zz', '/docs', '/api/v2/health/live'])('%s', async (path) => {
    const { headers } = await native.call('GET', path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cache-control')).toBe(path.startsWith('/api/') ? 'no-store' : null);
  });

  it('keep a sane X-Request-Id of the client', async () => {
    const { headers } = await native.call('GET', '/api/v2/tags', { headers: { 'x-request-id': 'trace-1' } });
    expect(headers.get('x-request-id')).toBe('trace-1');
  });
});

function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(native.url).port), '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

/** fetch does not let a caller set Host. */
function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${native.url}/api/v2/health/live`, { headers: { host }, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

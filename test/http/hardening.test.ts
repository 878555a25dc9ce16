import fc from 'fast-check';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { startNativeApp, type NativeApp } from './native-app.js';
import { parseAnswers, sendRaw, type RawAnswer } from './raw-http.js';

const REQUEST_TIMEOUT_MS = 3_000;

let native: NativeApp;
let port: number;
beforeAll(async () => {
  native = await startNativeApp({ env: { MAX_BODY_BYTES: '4096', REQUEST_TIMEOUT_SECONDS: '3' } });
  port = Number(new URL(native.url).port);
});
afterAll(() => native.close());

const head = (method: string, path: string, lines: readonly string[] = []): string =>
  [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...lines, '', ''].join('\r\n');

async function answerTo(bytes: string | Buffer): Promise<RawAnswer> {
  const { text } = await sendRaw(port, bytes);
  const [answer, ...more] = parseAnswers(text);
  expect(more).toEqual([]);
  if (answer === undefined) throw new Error('The server closed the connection without an answer.');
  return answer;
}

function expectProblem(answer: RawAnswer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(answer.body) as Record<string, unknown>;
  expect(problem['status']).toBe(status);
  expect(problem['requestId']).toMatch(/^[\w.:+/=@-]{1,128}$/);
  expect(problem['requestId']).toBe(answer.headers.get('x-request-id'));
  expect(answer.body).not.toMatch(/node_modules|\.js:|\n\s+at /);
}

const TAG = JSON.stringify({ name: 'x' });

describe('every answer, whatever went wrong,', () => {
  it.each<[what: string, bytes: string, status: number]>([
    ['nothing', head('GET', '/api/v2/tags'), 200],
    ['an unknown path', head('GET', '/nowhere'), 404],
    ['a wrong method', head('PUT', '/api/v2/tags'), 405],
    ['an unusual method', head('PROPFIND', '/api/v2/tags'), 405],
    ['a method that does not exist', head('FROB', '/api/v2/tags'), 400],
    ['no HTTP at all', 'hello?\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two Hosts', head('GET', '/api/v2/tags', ['Host: localhost']), 400],
    ['a bad escape', head('GET', '/api/v2/tags/%zz'), 400],
    ['a path that is too long', head('GET', `/${'a'.repeat(20_000)}`), 431],
    ['headers that are too large', head('GET', '/', [`X-Large: ${'a'.repeat(20_000)}`]), 431],
    [
      'very many headers',
      head(
        'GET',
        '/',
        Array.from({ length: 4_000 }, (_, i) => `X-${i}: a`),
      ),
      431,
    ],
    ['a space before the colon', head('GET', '/', ['X-Bad : a']), 400],
    ['a control character in a header', head('GET', '/', ['X-Bad: a\x01b']), 400],
    ['a folded header', head('GET', '/', ['X-Bad: a', ' b']), 400],
    ['two lengths', head('POST', '/api/v2/tags', ['Content-Length: 5', 'Content-Length: 6']), 400],
    ['a length that is none', head('POST', '/api/v2/tags', ['Content-Length: 5x']), 400],
    ['a length below zero', head('POST', '/api/v2/tags', ['Content-Length: -5']), 400],
    ['a length and chunks', head('POST', '/api/v2/tags', ['Content-Length: 5', 'Transfer-Encoding: chunked']), 400],
    ['an unknown transfer coding', head('POST', '/api/v2/tags', ['Transfer-Encoding: x']), 400],
    [
      'a broken chunk',
      `${head('POST', '/api/v2/tags', ['Content-Type: application/json', 'Transfer-Encoding: chunked'])}zz\r\n`,
      400,
    ],
    ['an expectation that is none', head('GET', '/api/v2/tags', ['Expect: the unexpected']), 417],
    ['broken JSON', `${head('POST', '/api/v2/tags', ['Content-Type: application/json', 'Content-Length: 1'])}{`, 400],
    [
      'a body of another type',
      `${head('POST', '/api/v2/tags', ['Content-Type: text/html', 'Content-Length: 1'])}x`,
      415,
    ],
    ['a foreign tenant', head('GET', '/api/v2/tags', ['Tenant: nobody']), 403],
    ['a foreign origin', head('GET', '/api/v2/tags', ['Origin: http://evil.example']), 403],
  ])('after %s', async (_what, bytes, status) => {
    const answer = await answerTo(Buffer.from(bytes, 'latin1'));
    if (status >= 400) expectProblem(answer, status);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.has('server') || answer.headers.has('x-powered-by')).toBe(false);
  });
});

describe('bodies', () => {
  const json = ['Content-Type: application/json'];

  it('that announce too much are refused before they are sent', async () => {
    const answer = await answerTo(head('POST', '/api/v2/tags', [...json, 'Content-Length: 10000000']));
    expectProblem(answer, 413);
  });

  it('that grow too large in chunks are refused on the way', async () => {
    const chunk = `1000\r\n${' '.repeat(4096)}\r\n`;
    const bytes = head('POST', '/api/v2/tags', [...json, 'Transfer-Encoding: chunked']) + chunk.repeat(20);
    expectProblem(await answerTo(bytes), 413);
  });

  it('at the limit are read', async () => {
    const body = TAG.padEnd(4096, ' ');
    const bytes = head('POST', '/api/v2/tags', [...json, 'Content-Length: 4096']) + body;
    expect((await answerTo(bytes)).status).toBe(201);
  });

  it('after Expect: 100-continue are asked for', async () => {
    const lines = [...json, 'Expect: 100-continue', `Content-Length: ${TAG.length + 1}`];
    const { text } = await sendRaw(port, `${head('POST', '/api/v2/tags', lines)}${TAG.replace('x', 'xx')}`);
    expect(parseAnswers(text).map(({ status }) => status)).toEqual([100, 201]);
  });
});

describe('a client that takes its time', () => {
  it('with its headers is answered 408 after a third of the time for requests', async () => {
    const { text, tookMs } = await sendRaw(port, 'GET /api/v2/tags HTTP/1.1\r\nHost: localhost\r\nX-Slow: ', {
      drip: { text: 'aaaa', pauseMs: 100 },
    });
    const [answer] = parseAnswers(text);
    expectProblem(answer as RawAnswer, 408);
    expect(answer?.headers.get('connection')).toBe('close');
    expect(tookMs).toBeGreaterThan(REQUEST_TIMEOUT_MS / 3 - 100);
    expect(tookMs).toBeLessThan(REQUEST_TIMEOUT_MS);
  });

  it('with its body is answered 408 when the time is over', async () => {
    const bytes = head('POST', '/api/v2/tags', ['Content-Type: application/json', 'Content-Length: 1000']);
    const { text, tookMs } = await sendRaw(port, bytes, { drip: { text: '{', pauseMs: 100 } });
    expectProblem(parseAnswers(text)[0] as RawAnswer, 408);
    expect(tookMs).toBeLessThan(2 * REQUEST_TIMEOUT_MS);
    expect(await native.sql(`SELECT 1 FROM tags WHERE name LIKE 'x x%'`)).toEqual([]);
  });

  it('does not keep others waiting, however many of them there are, and all are sent away', async () => {
    const slow: Socket[] = [];
    let open = 0;
    try {
      for (let i = 0; i < 300; i++) {
        const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nX-Slow: '));
        socket
          .on('connect', () => open++)
          .on('close', () => open--)
          .on('error', () => undefined)
          .resume();
        slow.push(socket);
      }
      await until('all are connected', () => open === 300);
      const beganMs = performance.now();
      expect((await native.call('GET', '/api/v2/tags')).status).toBe(200);
      expect(performance.now() - beganMs).toBeLessThan(1_000);
      await until('all are closed', () => open === 0, 2 * REQUEST_TIMEOUT_MS);
    } finally {
      for (const socket of slow) socket.destroy();
    }
  });
});

describe('requests that follow each other on a connection', () => {
  it('are answered in order, and nonsense after them is not taken for a part of them', async () => {
    const first = 'GET /api/v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';
    for (const second of ['NONSENSE\r\n\r\n', head('GET', '/', ['X-Large: '.padEnd(20_000, 'a')])]) {
      const { text } = await sendRaw(port, first + second);
      const statuses = parseAnswers(text).map(({ status }) => status);
      expect(statuses.length).toBeGreaterThan(0);
      expect([200, 400, 431]).toEqual(expect.arrayContaining(statuses));
    }
  });
});

describe('any headers whatever', () => {
  const NAMES = [
    'Tenant',
    'Idempotency-Key',
    'If-Match',
    'X-Request-Id',
    'Content-Type',
    'Content-Length',
    'Accept',
    'Accept-Encoding',
    'Authorization',
    'Cookie',
    'Origin',
    'Host',
    'Range',
    'Expect',
    'Connection',
    'Upgrade',
    'Transfer-Encoding',
    'Content-Encoding',
    'X-Forwarded-For',
    'X-HTTP-Method-Override',
    'Sec-Fetch-Site',
    'Authentication-Token',
    'Referer',
    'Via',
    'TE',
    'Trailer',
    '__proto__',
    'constructor',
  ];
  const VALUES = [
    '',
    ' ',
    '*',
    '"3"',
    'W/"3"',
    'a, b',
    'null',
    'undefined',
    '-1',
    '0',
    '9'.repeat(40),
    'default_tenant',
    'application/json',
    'application/json; charset=utf-16',
    'multipart/form-data; boundary=',
    'Basic',
    'Basic =',
    'Bearer',
    `Basic ${Buffer.from('a:b:c\0').toString('base64')}`,
    'a=b; a=c; =; ;',
    'gzip',
    'chunked',
    'close, keep-alive',
    'websocket',
    '../../etc/passwd',
    `' OR 1=1 --`,
    '<script>',
    '$' + '{jndi:ldap://x}',
    '%00',
    '\u00e4\u00ff\u0080',
    '\x7f',
    'a'.repeat(3000),
    '__proto__',
    'bytes=0-',
    '[::1]',
    'localhost:99999',
  ];
  const header = fc.tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
    ),
  );
  const target = fc.constantFrom<[string, string]>(
    ['GET', '/api/v2/tags'],
    ['POST', '/api/v2/tags'],
    ['PUT', '/api/v2/jobs/0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e'],
    ['OPTIONS', '*'],
    ['GET', 'http://localhost/api/v2/tags'],
    ['DELETE', '/api/v2/jobs/x'],
    ['GET', '/docs'],
    ['GET', '/api/v2/health/live'],
    ['GET', '//'],
    ['TRACE', '/'],
    ['GET', '/api/v2/tags?limit[]=1&__proto__=x'],
  );

  it('get an answer that is whole, has a request id and is no fault of the server', async () => {
    const tries = fc.sample(fc.tuple(target, fc.array(header, { maxLength: 6 })), { numRuns: 600, seed: 20261122 });
    const requests = tries.map(([[method, path], headers]) => {
      const lines = headers.map(([name, value]) => `${name}: ${value}`);
      return Buffer.from(
        [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...lines, 'Connection: close', '', ''].join('\r\n'),
        'latin1',
      );
    });
    const tally = new Map<number, number>();
    for (let i = 0; i < requests.length; i += 30) {
      await Promise.all(
        requests.slice(i, i + 30).map(async (bytes) => {
          const { text } = await sendRaw(port, bytes);
          const what = JSON.stringify({ sent: bytes.toString('latin1'), text: text.slice(0, 2_000) });
          const [answer] = parseAnswers(text).filter(({ status }) => status !== 100);
          expect(answer, what).toBeDefined();
          if (answer === undefined) return;
          expect(answer.status, what).toBeLessThan(500);
          expect(answer.headers.get('x-request-id'), what).toMatch(/^[\w.:+/=@-]{1,128}$/);
          expect(answer.headers.get('x-content-type-options'), what).toBe('nosniff');
          if (answer.status >= 400) expectProblem(answer, answer.status);
          tally.set(answer.status, (tally.get(answer.status) ?? 0) + 1);
        }),
      );
    }
    expect([...tally.keys()].sort((a, b) => a - b)).toEqual(expect.arrayContaining([200, 400, 403, 404]));
    expect((await native.call('GET', '/api/v2/health/live')).status).toBe(200);
  });
});

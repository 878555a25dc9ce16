import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpRunner } from '../../src/runners/http/http.runner.js';
import { RecordedRun } from './support/recorded-run.js';

let server: Server;
let other: Server;
let origin: string;
let otherOrigin: string;
const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];

beforeAll(async () => {
  [server, origin] = await listen();
  [other, otherOrigin] = await listen();
});
afterAll(() => {
  for (const one of [server, other]) {
    one.closeAllConnections();
    one.close();
  }
});

async function listen(): Promise<[Server, string]> {
  const created = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  return [created, `http://127.0.0.1:${(created.address() as AddressInfo).port}`];
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const url = request.url ?? '';
  seen.push({ method: request.method ?? '', url, headers: request.headers, body });
  if (url === '/json') response.setHeader('content-type', 'application/json').end('{"answer":42}');
  else if (url === '/latin')
    response.setHeader('content-type', 'text/plain; charset=iso-8859-1').end(Buffer.from([0xe4]));
  else if (url === '/image') response.setHeader('content-type', 'image/png').end('not shown');
  else if (url === '/huge') response.end('x'.repeat(10_000_000));
  else if (url === '/never') response.flushHeaders();
  else if (url === '/loop') response.writeHead(302, { location: '/loop' }).end();
  else if (url === '/away') response.writeHead(307, { location: `${otherOrigin}/json` }).end();
  else if (url === '/see') response.writeHead(303, { location: '/json' }).end();
  else if (url === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
  else if (url.startsWith('/status/')) response.writeHead(Number(url.slice(8))).end('said so');
  else response.end('hello\0 there');
}

const allowAll = new HttpRunner(() => true);
const http = (
  path: string,
  given: Partial<Parameters<typeof RecordedRun.start>[1]> = {},
  runner = allowAll,
): RecordedRun =>
  RecordedRun.start(runner, { jobClass: 'http', args: [path.startsWith('/') ? origin + path : path], ...given });

describe('an http run', () => {
  it('keeps status and body', async () => {
    const run = http('/');
    expect(await run.done).toMatchObject({
      status: 'succeeded',
      result: { status: 200, body: 'hello\uFFFD there' },
      error: null,
    });
    expect(run.text('stdout')).toBe('hello\uFFFD there');
    expect(run.text('log')).toContain(`GET ${origin}/: 200 OK`);
    expect(run.startedWith?.pid).toBeNull();
  });

  it('parses JSON, decodes other character sets, and keeps no images', async () => {
    expect((await http('/json').done).result).toMatchObject({
      body: { answer: 42 },
      headers: { 'content-type': 'application/json' },
    });
    expect((await http('/latin').done).result).toMatchObject({ body: 'ä' });
    const image = http('/image');
    expect((await image.done).result).toMatchObject({ body: null });
    expect(image.text('log')).toContain('image/png is not text');
  });

  it('sends method, headers and body', async () => {
    await http('/echo', {
      args: [`${origin}/echo`, 'put'],
      parameters: { headers: { 'X-Token': 't' }, body: { a: [1] } },
    }).done;
    const request = seen.at(-1);
    expect(request).toMatchObject({ method: 'PUT', body: '{"a":[1]}' });
    expect(request?.headers).toMatchObject({
      'x-token': 't',
      'content-type': 'application/json',
      'content-length': '9',
    });
  });

  it('fails with the status when another one is expected', async () => {
    expect(await http('/status/500').done).toMatchObject({
      status: 'failed',
      result: { status: 500, body: 'said so' },
      error: { type: 'http_status', message: 'The server answered 500, expected was 200-299.' },
    });
    expect((await http('/status/404', { parameters: { expectedStatus: [200, '400-404'] } }).done).status).toBe(
      'succeeded',
    );
  });

  it('fails when there is nobody to talk to', async () => {
    const { error } = await http('http://127.0.0.1:1/').done;
    expect(error).toMatchObject({ type: 'exception', message: expect.stringContaining('ECONNREFUSED') as string });
  });

  it('refuses arguments that it cannot use', async () => {
    for (const args of [[], ['ftp://x/'], ['not a url'], [`${origin}/`, 'B AD']]) {
      expect((await http('/', { args }).done).error?.type).toBe('invalid_arguments');
    }
    for (const parameters of [
      { headers: { 'content-length': '1' } },
      { timeoutMs: 0 },
      { expectedStatus: ['9'] },
      { typo: 1 },
    ]) {
      expect((await http('/', { parameters }).done).error?.type).toBe('invalid_arguments');
    }
  });

  it('reads only so much of a huge body', async () => {
    const run = http('/huge');
    const outcome = await run.done;
    expect(outcome.status).toBe('succeeded');
    expect((outcome.result as { body: string }).body).toHaveLength(64 * 1024);
    expect(run.text('log')).toContain('longer than 65536 bytes');
  });

  it('ends by its own timeout and by that of the run, whichever is shorter', async () => {
    expect(await http('/never', { timeoutMs: 100 }).done).toMatchObject({
      status: 'timed_out',
      error: { type: 'timeout' },
    });
    expect(await http('/never', { parameters: { timeoutMs: 100 } }).done).toMatchObject({ status: 'timed_out' });
  });

  it('ends at once when it is cancelled', async () => {
    const run = http('/never');
    const before = Date.now();
    run.handle.cancel();
    expect(await run.done).toMatchObject({ status: 'cancelled', error: { type: 'cancelled' } });
    expect(Date.now() - before).toBeLessThan(1000);
  });
});

describe('redirects of an http run', () => {
  it('are followed, with the method that HTTP asks for', async () => {
    expect(
      (await http('/see', { args: [`${origin}/see`, 'POST'], parameters: { body: 'x' } }).done).result,
    ).toMatchObject({ body: { answer: 42 } });
    expect(seen.at(-1)).toMatchObject({ method: 'GET', url: '/json', body: '' });
  });

  it('carry no credentials to another server', async () => {
    const run = http('/away', {
      args: [`${origin}/away`, 'POST'],
      parameters: { body: 'kept', headers: { Authorization: 'secret', 'X-Kept': 'yes' } },
    });
    await run.done;
    const last = seen.at(-1);
    expect(last).toMatchObject({ method: 'POST', url: '/json', body: 'kept' });
    expect(last?.headers['authorization']).toBeUndefined();
    expect(last?.headers['x-kept']).toBe('yes');
    expect(last?.headers.host).toBe(new URL(otherOrigin).host);
  });

  it('end after five', async () => {
    expect((await http('/loop').done).error?.message).toContain('more than 5 times');
  });

  it('are an answer like any other when not followed, and never leave HTTP', async () => {
    expect((await http('/loop', { parameters: { followRedirects: false } }).done).error?.type).toBe('http_status');
    expect((await http('/file').done).error?.message).toContain('file:');
  });
});

describe('the address policy of http runs', () => {
  const asked: string[] = [];
  const guarded = new HttpRunner((url, address) => {
    asked.push(`${url.port} ${address}`);
    return url.port !== new URL(otherOrigin).port && address !== '::1';
  });

  it('is asked about addresses in URLs, about names, and about the target of a redirect', async () => {
    expect((await http('/json', {}, guarded).done).status).toBe('succeeded');
    const refused = await http('/away', {}, guarded).done;
    expect(refused).toMatchObject({
      status: 'failed',
      error: { type: 'refused_address', message: expect.stringContaining('not allowed') as string },
    });
    const named = await http(`http://localhost:${new URL(origin).port}/json`, {}, guarded).done;
    expect(named.status).toBe('succeeded');
    expect(asked).toContain(`${new URL(origin).port} 127.0.0.1`);
  });

  it('sees through every way of writing an address', async () => {
    const noLoopback = new HttpRunner((_url, address) => address !== '127.0.0.1' && address !== '::ffff:7f00:1');
    const { port } = new URL(origin);
    for (const host of ['127.0.0.1', '0x7f.1', '2130706433', 'localhost', '[::ffff:127.0.0.1]']) {
      const outcome = await http(`http://${host}:${port}/`, {}, noLoopback).done;
      expect([host, outcome.status]).toEqual([host, 'failed']);
    }
  });
});

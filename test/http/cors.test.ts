import { request as send } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from './native-app.js';

const PAGE = 'https://pages.example';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp({ env: { CORS_ORIGINS: PAGE } });
});
afterAll(() => native.close());

/** `fetch` would set Origin and leave out the preflight's headers as it sees fit. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = send(native.url + path, { method, headers }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }));
    });
    request.on('error', reject).end();
  });
}

describe('CORS_ORIGINS', () => {
  it('answers the preflight of an allowed page, without cookies', async () => {
    const answer = await ask('OPTIONS', '/api/v2/jobs', {
      origin: PAGE,
      'access-control-request-method': 'POST',
    });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': PAGE,
    });
    expect(answer.headers['access-control-allow-methods']).toContain('POST');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('lets the page read answers', async () => {
    const answer = await ask('GET', '/api/v2/jobs', {
      origin: PAGE,
      'sec-fetch-site': 'cross-site',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      vary: 'Origin',
    });
  });

  it('allows nothing to any other page', async () => {
    const foreign = { origin: 'https://other.example' };
    const preflight = await ask('OPTIONS', '/api/v2/jobs', { ...foreign, 'access-control-request-method': 'POST' });
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
    const answer = await ask('GET', '/api/v2/jobs', foreign);
    expect(answer.status).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('does not make up an OPTIONS for paths that have none', async () => {
    expect((await ask('OPTIONS', '/api/v2/jobs', {})).status).toBe(405);
  });
});

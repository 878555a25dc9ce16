import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSecuredApp } from '../auth/secured-app.js';
import { startNativeApp, type NativeApp } from '../http/native-app.js';
import { until } from '../support/until.js';

/** What sign-in and the settings of the guard make of a call to this machine. */
interface Case {
  readonly what: string;
  readonly env: Record<string, string>;
  readonly reaches: boolean;
}

const CASES: readonly Case[] = [
  { what: 'in open mode on loopback, where only this machine can ask', env: {}, reaches: true },
  { what: 'on loopback where people sign in', env: { AUTH: 'on' }, reaches: false },
  { what: 'on the network', env: { HOST: '0.0.0.0' }, reaches: false },
  {
    what: 'on the network with private networks allowed',
    env: { HOST: '0.0.0.0', HTTP_ALLOW_PRIVATE_NETWORKS: 'true', HTTP_ALLOWED_NETWORKS: '0.0.0.0/0,::/0' },
    reaches: false,
  },
  {
    what: 'on the network with exactly this address allowed',
    env: { HOST: '0.0.0.0', HTTP_ALLOWED_NETWORKS: '127.0.0.1/32' },
    reaches: false,
  },
];

let target: Server;
let port: number;
let calls = 0;
beforeAll(async () => {
  target = createServer((request, response) => {
    calls++;
    if (request.url === '/away') response.writeHead(302, { location: `http://10.255.255.1:${port}/` });
    response.end('inner');
  });
  await new Promise<void>((resolve) => target.listen(0, '0.0.0.0', resolve));
  port = (target.address() as AddressInfo).port;
});
afterAll(() => {
  target.closeAllConnections();
  target.close();
});

/** An application whose every call is made by somebody who may. */
async function startFor(env: Record<string, string>): Promise<NativeApp> {
  if (env['HOST'] === undefined && env['AUTH'] === undefined)
    return startNativeApp({ env: { ROLES: 'api,worker', ...env } });
  const secured = await startSecuredApp({ env: { ROLES: 'api,worker', ...env } });
  return {
    ...secured,
    call: (method, path, options = {}) => secured.call(method, path, { ...options, headers: secured.admin }),
  };
}

async function runHttp(native: NativeApp, url: string): Promise<Record<string, unknown>> {
  const body = { name: url, jobClass: 'http', args: [url], retry: { maxAttempts: 5, initialDelaySeconds: 0 } };
  const { body: job } = await native.call('POST', '/api/v2/jobs', { body });
  const { body: made } = await native.call('POST', `/api/v2/jobs/${String(job['id'])}/run`, { body: {} });
  return until('the execution has ended', async () => {
    const { body: execution } = await native.call('GET', `/api/v2/executions/${String(made['id'])}`);
    return execution['finishedAt'] === null ? null : execution;
  });
}

describe.each(CASES)('an http job of a server $what', ({ env, reaches }) => {
  let native: NativeApp;
  beforeAll(async () => (native = await startFor(env)));
  afterAll(() => native.close());

  it(
    reaches ? 'reaches services of this machine' : 'does not reach services of this machine, however they are written',
    async () => {
      for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::ffff:127.0.0.1]']) {
        const before = calls;
        const execution = await runHttp(native, `http://${host}:${port}/`);
        expect([host, execution['state']]).toEqual([host, reaches ? 'succeeded' : 'failed']);
        expect(calls - before).toBe(reaches ? 1 : 0);
        if (reaches) continue;
        expect(execution).toMatchObject({ reason: 'refused_address', attempt: 1 });
        expect((execution['error'] as { message: string }).message).toContain('HTTP_ALLOW_PRIVATE_NETWORKS');
        if (host === 'localhost') expect(JSON.stringify(execution['error'])).not.toMatch(/127\.0\.0\.1|::1/);
      }
    },
  );

  it('never reaches where clouds keep their credentials', async () => {
    for (const url of ['http://169.254.169.254/latest/meta-data/', 'http://[fe80::1]/', 'http://0.0.0.0/']) {
      expect(await runHttp(native, url)).toMatchObject({ state: 'failed', reason: 'refused_address' });
    }
  });
});

describe('an http job that may reach an address', () => {
  it('is not led to a forbidden one by a redirect', async () => {
    const native = await startFor({});
    try {
      const before = calls;
      const execution = await runHttp(native, `http://127.0.0.1:${port}/away`);
      expect(execution).toMatchObject({ state: 'failed', reason: 'refused_address' });
      expect(calls - before).toBe(1);
    } finally {
      await native.close();
    }
  });
});

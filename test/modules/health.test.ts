import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { measureClockSkewMs } from '../../src/observability/clock-skew.js';
import { Readiness } from '../../src/observability/readiness.service.js';
import { startNativeApp, type NativeApp } from '../http/native-app.js';
import { startTcpProxy, type TcpProxy } from '../http/tcp-proxy.js';
import { until } from '../support/until.js';

let native: NativeApp;
let wire: TcpProxy;
beforeAll(async () => {
  const target = new URL(inject('adminUrl'));
  wire = await startTcpProxy({ host: target.hostname, port: Number(target.port) });
  native = await startNativeApp({
    through: (url) => {
      const through = new URL(url);
      through.port = String(wire.port);
      return through.href;
    },
  });
});
afterAll(async () => {
  await native.close();
  await wire.close();
});

const ready = () => native.call('GET', '/api/v2/health/ready');
const UP = { status: 'up' };

describe('health', () => {
  it('is live and ready with all parts up', async () => {
    expect(await native.call('GET', '/api/v2/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await ready()).toMatchObject({
      status: 200,
      body: { status: 'ready', parts: { database: UP, listener: UP, migrations: UP, process: UP } },
    });
  });

  it('stays live while the database is away, is not ready, answers 503, and recovers by itself', async () => {
    await wire.cut();
    const away = await until('it is not ready', async () => {
      const answer = await ready();
      const parts = answer.body.parts as Record<string, { status: string }>;
      return parts.database?.status === 'down' && parts.listener?.status === 'down' ? answer : null;
    });
    expect(away).toMatchObject({ status: 503, body: { status: 'not_ready', parts: { process: UP, migrations: UP } } });
    expect((await native.call('GET', '/api/v2/health/live')).status).toBe(200);
    const refused = await native.call('GET', '/api/v2/tags');
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(refused.text).not.toContain('ECONNREFUSED');
    await wire.mend();
    await until('it is ready again', async () => (await ready()).status === 200);
    expect((await native.call('GET', '/api/v2/tags')).status).toBe(200);
  });

  it('is not ready while a migration is missing', async () => {
    const old = await startNativeApp();
    try {
      const names = await old.sql<{ name: string }>('DELETE FROM migrations RETURNING name');
      const answer = await old.call('GET', '/api/v2/health/ready');
      expect(answer).toMatchObject({ status: 503, body: { parts: { database: UP, migrations: { status: 'down' } } } });
      expect(answer.text).toContain(names[0]?.name);
    } finally {
      await old.close();
    }
  });

  it('is not ready while the process drains, but live', async () => {
    native.app.get(Readiness).startDraining();
    expect(await ready()).toMatchObject({
      status: 503,
      body: { parts: { process: { status: 'down', detail: 'The process is draining.' } } },
    });
    expect((await native.call('GET', '/api/v2/health/live')).status).toBe(200);
    native.app.get(Readiness).startServing();
    expect((await ready()).status).toBe(200);
  });
});

describe('a process without the role api', () => {
  it('answers its health and nothing else', async () => {
    const worker = await startNativeApp({ env: { ROLES: 'scheduler' } });
    try {
      expect((await worker.call('GET', '/api/v2/health/ready')).status).toBe(200);
      for (const path of ['/api/v2/tags', '/api/v2/jobs', '/docs', '/'])
        expect(await worker.call('GET', path)).toMatchObject({ status: 404 });
    } finally {
      await worker.close();
    }
  });
});

describe('the clock skew', () => {
  it('is what the database is ahead of this process, taken from the fastest answer', async () => {
    const answering = (aheadMs: number) => ({ query: async () => [{ atMs: Date.now() + aheadMs }] as never[] });
    expect(Math.abs((await measureClockSkewMs(answering(1500))) - 1500)).toBeLessThan(50);
    expect(Math.abs((await measureClockSkewMs(answering(-700))) + 700)).toBeLessThan(50);
  });
});

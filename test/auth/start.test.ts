import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FirstAdministrator } from '../../src/auth/first-administrator.service.js';
import { isPermission } from '../../src/auth/permissions.js';
import { refuseUndeclaredRoute } from '../../src/http/closed-routes.js';
import { Permit, Public } from '../../src/http/permit.decorator.js';
import { startNativeApp, type NativeApp } from '../http/native-app.js';
import { startServer } from '../support/server-process.js';
import { until } from '../support/until.js';
import { basic } from './secured-app.js';

@Controller('declared')
class DeclaredController {
  @Get('open')
  @Public()
  open(): string {
    return 'open';
  }

  @Get('closed')
  @Permit('jobs:read')
  closed(): string {
    return 'closed';
  }
}

@Controller('forgotten')
class ForgottenController {
  @Get()
  get(): string {
    return 'oversight';
  }
}

@Controller('misspelt')
class MisspeltController {
  @Get()
  @Permit('jobs:raed')
  get(): string {
    return 'typo';
  }
}

async function start(...controllers: (new () => object)[]): Promise<void> {
  @Module({ controllers: [DeclaredController, ...controllers] })
  class RoutesModule {}
  const adapter = new FastifyAdapter();
  adapter.getInstance().addHook('onRoute', (route) => refuseUndeclaredRoute(route, isPermission));
  const app = await NestFactory.create<NestFastifyApplication>(RoutesModule, adapter, {
    logger: false,
    abortOnError: false,
  });
  try {
    await app.init();
  } finally {
    await app.close();
  }
}

describe('a start', () => {
  it('succeeds when every route says who may call it', async () => expect(await start()).toBeUndefined());
  it('fails over a forgotten declaration', async () =>
    expect(start(ForgottenController)).rejects.toThrow('GET /forgotten'));
  it('fails over an unknown permission', async () => expect(start(MisspeltController)).rejects.toThrow('jobs:raed'));

  it('fails over a route of a plugin without a declaration', async () => {
    const native = await startNativeApp();
    try {
      const fastify = native.app.getHttpAdapter().getInstance();
      expect(() => fastify.get('/plugin', () => 'oversight')).toThrow(/GET \/plugin|already listening/);
    } finally {
      await native.close();
    }
  });
});

describe('the first administrator', () => {
  let native: NativeApp;
  beforeAll(async () => (native = await startNativeApp({ env: { AUTH: 'on' } })));
  afterAll(() => native.close());

  it('is made once, however many replicas start, with a password that works', async () => {
    const maker = native.app.get(FirstAdministrator);
    const passwords = await Promise.all(Array.from({ length: 5 }, () => maker.ensure('boss', null)));
    const made = passwords.filter((password) => password !== null);
    expect(made).toHaveLength(1);
    expect(await native.sql('SELECT username FROM users')).toEqual([{ username: 'boss' }]);
    const { body } = await native.call('GET', '/api/v2/me', { headers: basic('boss', made[0] ?? '') });
    expect(body).toMatchObject({ name: 'boss', isSystemAdmin: true, tenant: { name: 'default_tenant' } });
    expect(await maker.ensure('other', 'some password')).toBeNull();
  });
});

describe('the server', () => {
  it('asks for a sign-in beyond loopback, and shows a made-up password once, in no log', async () => {
    const server = await startServer({ env: { HOST: '0.0.0.0', ROLES: 'api' } });
    const password = /First administrator: admin, password: (\S+)/.exec(server.logs())?.[1] ?? '';
    expect(password).toHaveLength(20);
    expect(server.logs()).toContain('closed: everybody signs in');
    expect((await fetch(`${server.url}/api/v2/jobs`)).status).toBe(401);
    expect((await fetch(`${server.url}/api/v2/jobs`, { headers: basic('admin', password) })).status).toBe(200);
    await server.stop();
    const folder = join(server.dataDir, 'logs');
    const logs = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
    expect(logs.join('')).not.toContain(password);
  });

  it('does not start open beyond loopback', async () => {
    await expect(startServer({ env: { HOST: '0.0.0.0', AUTH: 'off' } })).rejects.toThrow(
      'ALLOW_OPEN_ACCESS_FROM_NETWORK=true',
    );
  });

  it('does so when it is told to insist, and says what that means', async () => {
    const server = await startServer({
      env: { HOST: '0.0.0.0', AUTH: 'off', ALLOW_OPEN_ACCESS_FROM_NETWORK: 'true', ROLES: 'api' },
    });
    expect((await fetch(`${server.url}/api/v2/jobs`)).status).toBe(200);
    await until('the warning is there', () => server.logs().includes('can run commands on this machine'));
    await server.stop();
  });
});

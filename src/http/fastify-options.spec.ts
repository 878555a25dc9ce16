import { createServer, type ServerOptions } from 'node:http';
import { expect, it } from 'vitest';
import { fastifyOptions } from './fastify-options.js';

it('every number of seconds is a request timeout that node accepts', () => {
  for (let seconds = 1; seconds <= 100; seconds++) {
    const settings = { maxBodyBytes: 1024, requestTimeoutMs: seconds * 1000, trustedProxies: [] };
    const { http } = fastifyOptions(settings, {} as never, () => '/');
    expect(() => createServer(http as ServerOptions), `${seconds} s`).not.toThrow();
  }
});

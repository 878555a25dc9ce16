import type { FastifyInstance } from 'fastify';

const HEALTH_PREFIX = '/api/v2/health/';

/** Without the role `api` a process answers nothing but its health, whatever controllers its other roles bring along. */
export function registerApiRole(fastify: FastifyInstance, role: { readonly isServed: boolean }): void {
  if (role.isServed) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.is404 || request.routeOptions.url?.startsWith(HEALTH_PREFIX)) done();
    else reply.callNotFound();
  });
}

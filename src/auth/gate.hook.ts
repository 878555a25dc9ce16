import type { FastifyInstance, FastifyRequest } from 'fastify';
import { currentContext } from '../context/request-context.js';
import type { Gate } from './gate.service.js';
import { isPermission } from './permissions.js';
import type { RefusalLog } from './refusal-log.service.js';

const REFUSALS = [401, 403, 429];

/**
 * Puts the gate before every route, of controllers and plugins alike, before a body is read. Routes without a declaration are
 * Swagger's own pages: all others failed the start (`refuseUndeclaredRoute`). Needs the context, so it comes after that hook.
 */
export function registerGate(fastify: FastifyInstance, gate: Gate, refusals: RefusalLog): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const permission = request.is404 ? null : (request.routeOptions.config.access?.permission ?? null);
    if (permission === null) done();
    else if (isPermission(permission)) gate.admit(request, reply, permission).then(() => done(), done);
    else done(new Error(`The route ${request.url} demands the unknown permission ${permission}.`));
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (REFUSALS.includes(reply.statusCode)) refusals.note(refusalOf(request, reply.statusCode));
    done();
  });
}

function refusalOf(request: FastifyRequest, status: number): Parameters<RefusalLog['note']>[0] {
  const context = currentContext();
  return {
    tenantId: context?.tenant?.id ?? null,
    actor: context?.actor ?? 'anonymous',
    address: request.ip,
    status,
    route: `${request.method} ${request.routeOptions.url ?? 'unknown'}`,
    user: context?.triedUser ?? null,
  };
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { currentContext } from '../context/request-context.js';
import { DomainError } from '../kernel/domain-error.js';
import type { TenantsService } from './tenants.service.js';

const NATIVE_PREFIX = '/api/v2/';
/** Operations that belong to the process, not to a tenant. */
const TENANTLESS_PREFIX = '/api/v2/health/';

/**
 * Decides for every request of the native API for which tenant it acts, before its body is read. This is the one place: what a
 * user may do (roles, tokens) will be decided here too. Needs the context, so it is registered after that hook.
 */
export function registerTenancy(fastify: FastifyInstance, tenants: TenantsService): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url;
    if (
      request.is404 ||
      route === undefined ||
      !route.startsWith(NATIVE_PREFIX) ||
      route.startsWith(TENANTLESS_PREFIX)
    ) {
      done();
      return;
    }
    decide(request, tenants).then(() => done(), done);
  });
}

async function decide(request: FastifyRequest, tenants: TenantsService): Promise<void> {
  const header = request.headers['tenant'];
  if (Array.isArray(header))
    throw new DomainError('forbidden', 'You may not act for the tenant named in the header Tenant.');
  const context = currentContext();
  if (!context) throw new Error('The tenancy hook ran without a request context.');
  context.tenant = tenants.resolved(header) ?? (await tenants.resolve(header));
}

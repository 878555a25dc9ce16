import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.js';
import { currentContext, type Principal, type PrincipalTenant } from '../context/request-context.js';
import { DomainError } from '../kernel/domain-error.js';
import { DEFAULT_TENANT, forbiddenTenant, TenantsService, type TenantRef } from '../tenancy/tenants.service.js';
import { Authenticator } from './authenticator.service.js';
import { ANONYMOUS } from './open-mode.js';
import { mayDo, needsTenant, PERMISSIONS, type Permission } from './permissions.js';

/** Decides for every request who calls, for which tenant, and whether they may. The one place for all three. */
@Injectable()
export class Gate {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(TenantsService) private readonly tenants: TenantsService,
    @Inject(CONFIG) private readonly config: Pick<Config, 'isAuthOn'>,
  ) {}

  /** Lets the request pass and fills its context. Throws `unauthenticated`, `forbidden` or `rate_limited`. */
  async admit(request: FastifyRequest, reply: FastifyReply, permission: Permission): Promise<void> {
    const context = currentContext();
    if (!context) throw new Error('The gate ran without a request context.');
    const principal = this.config.isAuthOn ? await this.authenticator.authenticate(request, reply) : ANONYMOUS;
    context.principal = principal;
    context.actor = principal.name;
    const { tenant: header } = request.headers;
    if (header === undefined && request.routeOptions.config.access?.needsTenantHeader === true)
      throw new DomainError('forbidden', 'The header Tenant is missing; name the tenant to act for.');
    const tenant = await this.tenantOf(principal, header);
    context.tenant = tenant && { id: tenant.id, name: tenant.name };
    context.role = tenant?.role ?? null;
    if (tenant === null && needsTenant(permission) && !principal.agent)
      throw new DomainError('forbidden', 'You are a member of no tenant yet; an administrator has to add you to one.');
    if (!mayDo(permission, principal, context.role)) throw refusal(permission, context.role);
  }

  /** The tenant that the header names, else the caller's default one; null: the caller has none. */
  private async tenantOf(principal: Principal, header: string | string[] | undefined): Promise<PrincipalTenant | null> {
    if (Array.isArray(header)) throw forbiddenTenant();
    const { tenants, defaultTenantId, isSystemAdmin } = principal;
    const member =
      header === undefined
        ? (tenants.find(({ id }) => id === defaultTenantId) ??
          tenants.find(({ name }) => name === DEFAULT_TENANT) ??
          tenants[0])
        : tenants.find(({ name }) => name === header);
    if (isSystemAdmin) return { ...(member ?? (await this.anyTenant(header))), role: 'admin' };
    if (member) return member;
    // Not looked up: whether such a tenant exists must not show, not even in the time that it takes.
    if (header !== undefined) throw forbiddenTenant();
    return null;
  }

  private async anyTenant(name: string | undefined): Promise<TenantRef> {
    return this.tenants.resolved(name) ?? (await this.tenants.resolve(name));
  }
}

function refusal(permission: Permission, role: string | null): DomainError {
  const least = PERMISSIONS[permission];
  const wanted =
    least === 'system'
      ? 'a system administrator'
      : least === 'agent'
        ? 'the credential of an agent'
        : `the role ${least} in this tenant`;
  const has = role === null ? '' : `; your role is ${role}`;
  return new DomainError('forbidden', `The permission ${permission} needs ${wanted}${has}.`);
}

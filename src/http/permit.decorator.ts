import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.decorator.js';

/**
 * What a route demands of its caller. It travels as Fastify's route configuration, so that the gate decides before the body is
 * read, and handlers of controllers and of plugins declare it alike.
 */
export interface RouteAccess {
  /** A word of `auth/permissions.ts`; null: open to everybody. */
  readonly permission: string | null;
  /** The route also reads `application/x-www-form-urlencoded`. */
  readonly readsForms?: boolean;
  /** The caller must name the tenant in the header `Tenant`; a default one does not do, not in the open mode either. */
  readonly needsTenantHeader?: boolean;
  /** The route gets its body as `RawBody`, whatever its type: the API of another system has its own rules for it. */
  readonly readsRaw?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/** Demands a permission of the caller: a word of the table in `auth/permissions.ts`. An unknown word fails the start. */
export function Permit(permission: string): MethodDecorator {
  return applyDecorators(Access({ permission }), ApiProblems('unauthenticated', 'rate_limited'));
}

/** Lets everybody call a route, also without credentials. */
export function Public(options: { readonly readsForms?: boolean } = {}): MethodDecorator {
  return Access({ permission: null, ...options });
}

/** Declares who may call a route and what it reads, and no more: the errors of compatible APIs are not problem+json. */
export function Access(access: RouteAccess): MethodDecorator {
  const { permission } = access;
  return applyDecorators(
    RouteConfig(routeOf(access)),
    ApiExtension('x-permission', permission ?? 'public'),
    ...(permission === null ? [ApiSecurity({})] : []),
  );
}

/** The route configuration of `access`, for plugin routes: `fastify.get(path, { config: routeOf(…) }, handler)`. */
export function routeOf(access: RouteAccess): { access: RouteAccess } {
  return { access };
}

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
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/** Demands a permission of the caller: a word of the table in `auth/permissions.ts`. An unknown word fails the start. */
export function Permit(permission: string): MethodDecorator {
  return applyDecorators(
    RouteConfig(routeOf({ permission })),
    ApiExtension('x-permission', permission),
    ApiProblems('unauthenticated', 'rate_limited'),
  );
}

/** Lets everybody call a route, also without credentials. */
export function Public(options: { readonly readsForms?: boolean } = {}): MethodDecorator {
  return applyDecorators(
    RouteConfig(routeOf({ permission: null, ...options })),
    ApiExtension('x-permission', 'public'),
    ApiSecurity({}),
  );
}

/** The route configuration of `access`, for plugin routes: `fastify.get(path, { config: routeOf(…) }, handler)`. */
export function routeOf(access: RouteAccess): { access: RouteAccess } {
  return { access };
}

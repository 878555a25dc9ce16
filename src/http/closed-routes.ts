import type { RouteOptions } from 'fastify';
import { DOCS_PATH } from './docs-path.js';

/** Swagger registers the routes of its page itself and cannot be told to declare anything. */
const SWAGGER = new RegExp(`^/${DOCS_PATH}(-json|-yaml)?(/|$)`);

/**
 * Refuses a route that does not say who may call it, for Fastify's `onRoute` hook: the start fails, so that no route is open by
 * oversight. `isKnown` tells whether a word is a permission.
 */
export function refuseUndeclaredRoute(
  route: Pick<RouteOptions, 'url' | 'method' | 'config'>,
  isKnown: (permission: string) => boolean,
): void {
  const access = route.config?.access;
  if (access === undefined) {
    if (SWAGGER.test(route.url) || isPreflightRoute(route)) return;
    throw new Error(
      `${String(route.method)} ${route.url} does not say who may call it: add @Permit('…') or @Public().`,
    );
  }
  if (access.permission !== null && !isKnown(access.permission)) {
    throw new Error(
      `${String(route.method)} ${route.url} demands the permission ${JSON.stringify(access.permission)}, which is not in src/auth/permissions.ts.`,
    );
  }
}

/** @fastify/cors makes a route for preflights, so that Fastify lets OPTIONS through to its hook; it answers nothing itself. */
function isPreflightRoute({ url, method }: Pick<RouteOptions, 'url' | 'method'>): boolean {
  return url === '*' && method === 'OPTIONS';
}

import type { Principal, PrincipalTenant } from '../context/request-context.js';

/** The columns of a `CallerRow`, for statements in which `u` is the row of `users`. */
export const CALLER_COLUMNS = `u.id AS "userId", u.username, u.is_system_admin AS "isSystemAdmin", u.default_tenant_id AS "defaultTenantId",
  (SELECT coalesce(json_agg(json_build_object('id', t.id, 'name', t.name, 'role', m.role) ORDER BY m.created_at, t.name), '[]')
   FROM memberships m JOIN tenants t ON t.id = m.tenant_id WHERE m.user_id = u.id) AS tenants`;

/** A user as callers are read: with all memberships, in one round trip. */
export interface CallerRow {
  readonly userId: string;
  readonly username: string;
  readonly isSystemAdmin: boolean;
  readonly defaultTenantId: string | null;
  readonly tenants: PrincipalTenant[];
}

/** The caller that a user's row stands for. */
export function toPrincipal(row: CallerRow): Principal {
  const { userId, username, isSystemAdmin, defaultTenantId, tenants } = row;
  return { kind: 'user', name: username, userId, isSystemAdmin, defaultTenantId, tenants };
}

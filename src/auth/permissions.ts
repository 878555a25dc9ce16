import { ROLES, type Principal, type TenantRole } from '../context/request-context.js';

/**
 * The least that a caller must be: `signed_in` needs no tenant; the roles are those in the tenant of the request; `system` is a
 * system administrator, who also counts as admin of every tenant; `agent` is an agent on another machine with its own credential.
 */
export type Level = 'signed_in' | TenantRole | 'system' | 'agent';

/** Every permission that a route can demand, with the least level that has it. The only place where this is decided. */
export const PERMISSIONS = {
  'me:read': 'signed_in',
  'me:write': 'signed_in',
  'tenants:read': 'signed_in',
  'jobs:read': 'viewer',
  'groups:read': 'viewer',
  'profiles:read': 'viewer',
  'executions:read': 'viewer',
  'job-classes:read': 'viewer',
  'tags:read': 'viewer',
  'agents:read': 'viewer',
  'audit-log:read': 'viewer',
  'jobs:write': 'operator',
  'groups:write': 'operator',
  'profiles:write': 'operator',
  'jobs:run': 'operator',
  'executions:cancel': 'operator',
  'executions:retry': 'operator',
  'executions:report': 'operator',
  'executions:delete': 'admin',
  'tags:write': 'operator',
  'agents:invite': 'operator',
  'agents:register': 'operator',
  'agents:drain': 'operator',
  'agents:act': 'agent',
  'agents:manage': 'admin',
  'users:manage': 'admin',
  'tokens:manage': 'admin',
  'tenants:manage': 'system',
} as const satisfies Record<string, Level>;

export type Permission = keyof typeof PERMISSIONS;

/** All that agents may do, whatever the levels above say: by join token only the first. That it is their own agent is for the service to see. */
const OF_AGENTS: readonly Permission[] = ['agents:register', 'agents:act', 'agents:drain'];

/** Whether a word that a route declares is in the table. */
export function isPermission(word: string): word is Permission {
  return Object.hasOwn(PERMISSIONS, word);
}

/** Whether the permission only makes sense for a tenant. */
export function needsTenant(permission: Permission): boolean {
  const level: Level = PERMISSIONS[permission];
  return level !== 'signed_in' && level !== 'system' && level !== 'agent';
}

/** Whether a caller with `role` in the tenant of the request (null: no tenant) may do this. */
export function mayDo(
  permission: Permission,
  principal: Pick<Principal, 'isSystemAdmin'> & Partial<Pick<Principal, 'kind' | 'agent'>>,
  role: TenantRole | null,
): boolean {
  if (principal.agent?.kind === 'join') return permission === OF_AGENTS[0];
  if (principal.agent) return OF_AGENTS.includes(permission);
  const level: Level = PERMISSIONS[permission];
  if (level === 'signed_in') return true;
  if (level === 'agent') return principal.kind === 'anonymous';
  if (level === 'system') return principal.isSystemAdmin;
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(level);
}

/** All that a caller may do, in the order of the table. */
export function permissionsOf(principal: Pick<Principal, 'isSystemAdmin'>, role: TenantRole | null): Permission[] {
  return (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => mayDo(permission, principal, role));
}

// Who sends a request, and what the table of permissions says about it.
import { isPermission, mayDo, needsTenant } from '../../../src/auth/permissions.js';
import type { Principal, TenantRole } from '../../../src/context/request-context.js';
import type { TenantWorld } from '../../tenancy/tenant-world.js';
import type { Dice } from './dice.js';
import type { ServedOperation } from './served-operations.js';

/** Header lines as on the wire (Latin-1). */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** What a sender may do. `untold`: nothing can be said of it. */
export type Right = 'allowed' | 'unauthenticated' | 'forbidden' | 'untold';

/** Somebody with credentials, true or made up. */
export interface Caller {
  readonly what: string;
  readonly credentials: HeaderLines;
  /** Null: nobody, whatever is offered as a credential. */
  readonly principal:
    (Pick<Principal, 'kind' | 'isSystemAdmin'> & Partial<Pick<Principal, 'agent'>> & { readonly roles: Roles }) | null;
  /** A request of it can end its credentials. */
  readonly mayLapse: boolean;
  /** Too many wrong passwords keep it out. */
  readonly isPassword: boolean;
}

/** By name of a tenant; the first is the caller's default one. */
export type Roles = readonly (readonly [tenant: string, role: TenantRole])[];

/** A caller who acts for a tenant. */
export interface Sender {
  readonly what: string;
  readonly headers: HeaderLines;
  /** Null: anybody, in the open mode. */
  readonly caller: Caller | null;
  /** Header `Tenant`; null: left out. */
  readonly tenant: string | null;
}

/** A tenant with everything in it, and those who send requests that are about it. */
export interface Home {
  readonly world: TenantWorld;
  /** A tenant whose people send requests too and have no business here; null: there is none. */
  readonly strangers: { readonly id: string; readonly name: string } | null;
  /** May make tags. */
  readonly trusted: HeaderLines;
  /** Somebody for a request to `operation`. `mayLeaveTenant`: it may act for other tenants and for the whole installation. */
  sender(operation: ServedOperation, dice: Dice, mayLeaveTenant: boolean): Sender;
  rightOf(sender: Sender, operation: ServedOperation): Right;
}

/** Whether what belongs to a tenant is none of the sender's business. */
export function isForeign({ caller }: Sender, tenant: string): boolean {
  if (caller === null || caller.principal?.isSystemAdmin === true) return false;
  return caller.principal?.roles.some(([name]) => name === tenant) !== true;
}

/** `caller` with a header `Tenant`, or without one. */
export function senderFor(caller: Caller, tenant: string | null): Sender {
  const headers = tenant === null ? caller.credentials : [...caller.credentials, ['Tenant', tenant] as const];
  return { what: `${caller.what}, ${tenant === null ? 'no tenant' : `tenant ${tenant}`}`, headers, caller, tenant };
}

/** Whether `sender` may call an operation at all. `knownTenants`: names of tenants that exist. */
export function rightOf(
  { caller, tenant }: Sender,
  { permission, needsTenantHeader }: ServedOperation,
  knownTenants: readonly string[],
): Right {
  if (caller === null || permission === null || !isPermission(permission)) return 'untold';
  const { principal } = caller;
  if (principal === null) return 'unauthenticated';
  if (tenant === null && needsTenantHeader) return 'forbidden';
  // Administrators of the system make tenants of any name.
  if (principal.isSystemAdmin && tenant !== null && !knownTenants.includes(tenant)) return 'untold';
  const role = roleIn(principal, tenant);
  if (role === undefined) return 'forbidden';
  if (role === null && needsTenant(permission) && principal.agent === undefined) return 'forbidden';
  return mayDo(permission, principal, role) ? 'allowed' : 'forbidden';
}

/** Null: the caller has no tenant and names none; undefined: it names one that is not its own. */
function roleIn(
  { isSystemAdmin, roles }: NonNullable<Caller['principal']>,
  tenant: string | null,
): TenantRole | null | undefined {
  if (isSystemAdmin) return 'admin';
  if (tenant === null) return roles[0]?.[1] ?? null;
  return roles.find(([name]) => name === tenant)?.[1];
}

import { AsyncLocalStorage } from 'node:async_hooks';

/** What a member may do in a tenant; each role includes the one before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type TenantRole = (typeof ROLES)[number];

/** One tenant of a caller. */
export interface PrincipalTenant {
  readonly id: string;
  readonly name: string;
  readonly role: TenantRole;
}

/** What an agent on another machine comes with: the token that it was invited with, or the credential that it got for it. */
export interface AgentCaller {
  readonly kind: 'join' | 'credential';
  /** Of the join token or of the credential. */
  readonly id: string;
  /** Null: it serves every tenant. */
  readonly tenantId: string | null;
}

/** Who is calling. */
export interface Principal {
  /** `anonymous`: the open mode, in which everybody is a system administrator. */
  readonly kind: 'anonymous' | 'user' | 'token' | 'agent';
  /** For the audit log: the user's or the token's name. */
  readonly name: string;
  /** Null for `anonymous` and tokens. */
  readonly userId: string | null;
  readonly isSystemAdmin: boolean;
  /** Where the caller is a member. A system administrator may act for the other tenants too. */
  readonly tenants: readonly PrincipalTenant[];
  /** The tenant of requests that name none; null: the caller did not choose one. */
  readonly defaultTenantId: string | null;
  /** Present exactly for the kind `agent`. */
  readonly agent?: AgentCaller;
  /** Present when the caller came with a session: what `sessions` knows it by. */
  readonly sessionHash?: string;
}

/** Who is calling and for which tenant. Present for every request that reached a controller. */
export interface RequestContext {
  /** Given by the client in `X-Request-Id` if it is sane, else made here; printed on the response and in every log line. */
  readonly requestId: string;
  /** Name written to the audit log. */
  actor: string;
  /** Set by the tenancy hook before any controller runs. */
  tenant: { readonly id: string; readonly name: string } | null;
  /** Set by the gate before any controller runs; absent on public routes and outside of requests. */
  principal?: Principal;
  /** What the caller may do in `tenant`; null without a tenant. */
  role?: TenantRole | null;
  /** The existing user whose password somebody tried in vain, for the record of refusals. */
  triedUser?: { readonly id: string; readonly name: string };
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` with `context` as the current one. */
export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Runs `work` outside of every request: what a request sets going for others must neither speak in its name nor keep it in memory. */
export function runOutsideContext<T>(work: () => T): T {
  return storage.exit(work);
}

/** The current context, or undefined outside of a request (schedulers, workers, boot). */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

/** The tenant of the current request. Throws when there is none: code that needs a tenant must not run without one. */
export function currentTenant(): { readonly id: string; readonly name: string } {
  const tenant = storage.getStore()?.tenant;
  if (!tenant)
    throw new Error(
      'No tenant in the current context; this code may only run for a request that passed the tenancy hook.',
    );
  return tenant;
}

/** Who acts: the caller of the request, or `system` outside of one. */
export function currentActor(): string {
  return storage.getStore()?.actor ?? 'system';
}

/** Who is calling. Throws on public routes and outside of requests: code that asks must not run there. */
export function currentPrincipal(): Principal {
  const principal = storage.getStore()?.principal;
  if (!principal) throw new Error('No caller in the current context; this code may only run behind the gate.');
  return principal;
}

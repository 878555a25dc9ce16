import { AsyncLocalStorage } from 'node:async_hooks';

/** Who is calling and for which tenant. Present for every request that reached a controller. */
export interface RequestContext {
  /** Given by the client in `X-Request-Id` if it is sane, else made here; printed on the response and in every log line. */
  readonly requestId: string;
  /** Name written to the audit log. */
  actor: string;
  /** Set by the tenancy hook before any controller runs. */
  tenant: { readonly id: string; readonly name: string } | null;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` with `context` as the current one. */
export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
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

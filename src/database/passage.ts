import { currentContext } from '../context/request-context.js';
import { isSystemDoorOpen } from './system-door.js';

/** As whom a statement passes: for the tenant of that id, or as `system`, which sees all tenants. */
export type Passage = { readonly kind: 'tenant'; readonly tenantId: string } | { readonly kind: 'system' };

/** The passage of whatever runs now; null when there is no tenant and nobody asked for the system door. */
export function currentPassage(): Passage | null {
  if (isSystemDoorOpen()) return { kind: 'system' };
  const tenant = currentContext()?.tenant;
  return tenant ? { kind: 'tenant', tenantId: tenant.id } : null;
}

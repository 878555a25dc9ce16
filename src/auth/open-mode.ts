import type { Principal } from '../context/request-context.js';

/** Everybody, while `AUTH` is off. */
export const ANONYMOUS: Principal = {
  kind: 'anonymous',
  name: 'anonymous',
  userId: null,
  isSystemAdmin: true,
  tenants: [],
  defaultTenantId: null,
};

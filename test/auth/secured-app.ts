// The application with AUTH=on, a first administrator, and a tenant with one user of each role.
import { FirstAdministrator } from '../../src/auth/first-administrator.service.js';
import { ROLES, type TenantRole } from '../../src/context/request-context.js';
import { startNativeApp, type NativeApp, type NativeAppOptions } from '../http/native-app.js';

export const ADMIN_PASSWORD = 'correct: horse battery';
export const PASSWORD = 'staple: épée 1';

/** Headers of a request. */
export type Headers = Readonly<Record<string, string>>;

/** A listening application in which everybody signs in. */
export interface SecuredApp extends NativeApp {
  /** Of the system administrator. */
  readonly admin: Headers;
  /** Makes a tenant and, as its members, the users `<tenant>-viewer`, `<tenant>-operator` and `<tenant>-admin`. */
  tenant(name: string): Promise<Record<TenantRole, Headers>>;
  /** A token of that tenant. */
  token(tenant: string, role: TenantRole, name: string): Promise<{ id: string; headers: Headers }>;
}

/** HTTP Basic. */
export function basic(username: string, password: string): Headers {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/** Starts it on a free port. */
export async function startSecuredApp({ env = {}, ...rest }: NativeAppOptions = {}): Promise<SecuredApp> {
  const native = await startNativeApp({ ...rest, env: { AUTH: 'on', ...env } });
  await native.app.get(FirstAdministrator).ensure('admin', ADMIN_PASSWORD);
  const admin = basic('admin', ADMIN_PASSWORD);
  const made = async (path: string, tenant: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await native.call('POST', path, { body, headers: { ...admin, tenant } });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return {
    ...native,
    admin,
    tenant: async (name) => {
      await made('/api/v2/tenants', 'default_tenant', { name });
      for (const role of ROLES)
        await made('/api/v2/users', name, { username: `${name}-${role}`, password: PASSWORD, role });
      const of = (role: TenantRole): Headers => basic(`${name}-${role}`, PASSWORD);
      return { viewer: of('viewer'), operator: of('operator'), admin: of('admin') };
    },
    token: async (tenant, role, name) => {
      const { id, token } = await made('/api/v2/tokens', tenant, { name, role });
      return { id: String(id), headers: { authorization: `Bearer ${String(token)}` } };
    },
  };
}

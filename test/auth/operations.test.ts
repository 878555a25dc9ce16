// Every operation of the OpenAPI document without credentials and in every role, against the table of permissions. A new operation is
// covered as soon as it exists.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isPermission, mayDo } from '../../src/auth/permissions.js';
import { ROLES, type TenantRole } from '../../src/context/request-context.js';
import { RECIPES } from '../tenancy/operation-recipes.js';
import { startSecuredApp, type Headers, type SecuredApp } from './secured-app.js';

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly permission: string;
}

const WORDS: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = Object.fromEntries(
  Object.entries(RECIPES).map(([id, { fixed }]) => [id, fixed]),
);

let app: SecuredApp;
let operations: Operation[];
let acme: Record<TenantRole, Headers>;
beforeAll(async () => {
  app = await startSecuredApp();
  acme = await app.tenant('acme');
  const paths = (await app.call('GET', '/docs-json')).body.paths as Record<
    string,
    Record<string, { operationId: string; 'x-permission'?: string }>
  >;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, 'x-permission': permission = 'undeclared' }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      // Words that are part of a path, as those of a closed set, stand in the recipes; everything else is an id that nothing has.
      path: path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => WORDS[operationId]?.[name] ?? crypto.randomUUID()),
      permission,
    })),
  );
});
afterAll(() => app.close());

/** Nothing is found and no body is sent, so that nothing changes and who may call is all that shows. */
const statusOf = async ({ method, path }: Operation, headers: Headers = {}): Promise<number> =>
  (await app.call(method, path, { headers })).status;

it('every operation tells its permission', () => {
  expect(operations.length).toBeGreaterThan(50);
  expect(operations.filter(({ permission }) => permission !== 'public' && !isPermission(permission))).toEqual([]);
});

it('without credentials only the public ones are more than refused', async () => {
  const open: string[] = [];
  for (const operation of operations)
    if ((await statusOf(operation)) !== (RECIPES[operation.id]?.refused ?? 401)) open.push(operation.id);
  const signIn = ['Login_login', 'Login_logout'];
  const ndscheduler = ['NdschedulerSignIn_login', 'NdschedulerSignIn_logout', 'NdschedulerSignIn_page'];
  expect(open.sort()).toEqual(['CloudifyNeighbours_version', 'Health_live', 'Health_ready', ...signIn, ...ndscheduler]);
  expect(
    operations
      .filter(({ permission }) => permission === 'public')
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...open, 'CdrouterSignIn_authenticate'].sort());
});

it.each(ROLES)('%s is refused exactly what the table does not allow', async (role) => {
  const wrong: string[] = [];
  for (const operation of operations) {
    const { permission } = operation;
    const isAllowed = !isPermission(permission) || mayDo(permission, { isSystemAdmin: false }, role);
    // Some compatible APIs insist on the header.
    const status = await statusOf(operation, { ...acme[role], tenant: 'acme' });
    const forbidden = RECIPES[operation.id]?.forbidden ?? 403;
    if ((status === forbidden) === isAllowed || (status === 401 && permission !== 'public' && forbidden !== 401))
      wrong.push(`${operation.id} (${permission}): ${status}`);
  }
  expect(wrong).toEqual([]);
});

it('nothing of a refused call reaches the tenant', async () => {
  const rows = await app.sql(
    `SELECT a.event FROM audit_log a JOIN tenants t ON t.id = a.tenant_id
     WHERE t.name = 'acme' AND a.actor LIKE 'acme-%' AND a.event <> 'request.refused'`,
  );
  expect(rows).toEqual([]);
});

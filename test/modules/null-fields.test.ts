// Null where a text, number or flag may stand or be left out: refused or taken for nothing, never handed on to a column that has none.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../http/native-app.js';
import { servedOperations, type OpenApiDocument } from '../proofs/fuzz/served-operations.js';
import { SchemaValues } from '../proofs/fuzz/schema-values.js';
import { RECIPES } from '../tenancy/operation-recipes.js';
import { makeTenantWorld } from '../tenancy/tenant-world.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp();
});
afterAll(() => native.close());

/** What operations on the whole installation take; the recipes leave those out. */
const WIDE: Readonly<Record<string, object>> = {
  Tenants_create: { name: 'nulls' },
  Users_create: { username: 'nulls', password: 'correct horse battery', role: 'viewer' },
};

it('no field of a body can be null and make the server fail', async () => {
  const document = (await native.call('GET', '/docs-json')).body as unknown as OpenApiDocument;
  const schemas = new SchemaValues(document.components.schemas);
  const { ids, name: tenant } = await makeTenantWorld(native);
  const failed: string[] = [];
  let tried = 0;
  for (const { id, method, path, body } of servedOperations(document)) {
    const good = WIDE[id] ?? RECIPES[id]?.body;
    if (body === null || typeof good !== 'object' || good === null || RECIPES[id]?.awaitsWorker !== undefined) continue;
    const target = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      const kind = RECIPES[id]?.path?.[name];
      return kind === undefined ? (RECIPES[id]?.fixed?.[name] ?? '') : ids[kind];
    });
    for (const name of new Set(schemas.propertiesOf(body.schema))) {
      const { status } = await native.call(method, target, { body: { ...good, [name]: null }, headers: { tenant } });
      tried++;
      if (status >= 500) failed.push(`${id}: ${name}`);
    }
  }
  expect(failed).toEqual([]);
  expect(tried).toBeGreaterThan(150);
});

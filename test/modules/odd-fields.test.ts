// Values of a kind that no field has: refused or taken for nothing, never handed on to what cannot hold them.
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

/** An item that is no object in a list of objects, and nothing where something may be left out. */
const ODD = [null, [[]], [null]];

it('no field of a body makes the server fail, whatever stands in it', { timeout: 120_000 }, async () => {
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
      for (const odd of ODD) {
        const { status } = await native.call(method, target, { body: { ...good, [name]: odd }, headers: { tenant } });
        tried++;
        if (status >= 500) failed.push(`${id}: ${name}: ${JSON.stringify(odd)}`);
      }
    }
  }
  expect(failed).toEqual([]);
  expect(tried).toBeGreaterThan(400);
});

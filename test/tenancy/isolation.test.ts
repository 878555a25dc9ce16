// Goes through every operation of the OpenAPI document as one tenant with ids of another. Fails for an operation or a parameter that
// nobody wrote a recipe for (`operation-recipes.ts`).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type Answer, type NativeApp } from '../http/native-app.js';
import { callOperation, idParameters, readOperations, type Operation } from './api-operations.js';
import { INSTALLATION_WIDE, RECIPES } from './operation-recipes.js';
import { checksums, makeTenantWorld, unknownIds, type TenantWorld } from './tenant-world.js';

let native: NativeApp;
let operations: Operation[];
let victim: TenantWorld;
beforeAll(async () => {
  native = await startNativeApp();
  operations = await readOperations(native);
  victim = await makeTenantWorld(native);
});
afterAll(() => native.close());

const operationOf = (id: string): Operation => {
  const found = operations.find((operation) => operation.id === id);
  if (!found) throw new Error(`The OpenAPI document has no operation ${id}; remove its recipe.`);
  return found;
};

/** What may not differ between two answers to the same question: all but ids, those in `asked` too, instants and the request id. */
function comparable({ status, headers, text: whole }: Answer, asked: readonly string[]): unknown {
  const text = asked.reduce((rest, id) => rest.replaceAll(id, '<id>'), whole);
  const names = ['content-type', 'etag', 'location', 'www-authenticate', 'allow', 'retry-after'];
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  return {
    status,
    headers: names.map((name) => headers.get(name)),
    text: text.replaceAll(uuid, '<id>').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, '<instant>'),
  };
}

/** Ids of `world` for the parameters of an operation. */
function idsFor(operation: Operation, idsOf: (name: string) => TenantWorld['ids']): Record<string, string> {
  return Object.fromEntries(idParameters(operation).map(([name, kind]) => [name, idsOf(name)[kind]]));
}

function expectNothingOf(world: TenantWorld, { text }: Answer, asked: readonly string[]): void {
  // A number alone gives nothing away: it may stand anywhere.
  const uuids = Object.values(world.ids).filter((id) => id.includes('-') && !asked.includes(id));
  const secrets = [world.mark, world.id, ...uuids];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
}

describe('the recipes', () => {
  it('are there for every operation of the document, and for nothing else', () => {
    const known = [...Object.keys(RECIPES), ...INSTALLATION_WIDE];
    expect(operations.map(({ id }) => id).sort()).toEqual(known.sort());
  });

  it('know every parameter that takes an id', () => {
    const covered = operations.filter(({ id }) => !INSTALLATION_WIDE.includes(id));
    const gaps = covered.flatMap(({ id, recipe, pathParameters, queryParameters, bodyTakesIds }) => [
      ...pathParameters
        .filter((name) => !(name in { ...recipe?.path, ...recipe?.fixed }))
        .map((name) => `${id}: {${name}}`),
      ...queryParameters
        .filter(({ name, isId }) => isId && !(name in { ...recipe?.query }))
        .map(({ name }) => `${id}: ?${name}`),
      ...(bodyTakesIds && recipe?.bodyIdsProvenBy === undefined ? [`${id}: an id in the body`] : []),
    ]);
    expect(gaps).toEqual([]);
  });
});

describe.each(Object.keys(RECIPES))('%s', (id) => {
  it('serves its owner, and says nothing of others', async () => {
    const operation = operationOf(id);
    if (operation.recipe?.awaitsWorker !== undefined) return;
    const own = await makeTenantWorld(native);
    const before = await checksums(native, victim.id);
    const answer = await callOperation(
      native,
      operation,
      idsFor(operation, () => own.ids),
      { tenant: own.name },
    );
    expect({ id, status: answer.status, text: answer.text }).toMatchObject({ status: operation.recipe?.status });
    expectNothingOf(victim, answer, []);
    expect(await checksums(native, victim.id)).toEqual(before);
  });

  it('answers foreign ids exactly like unknown ones, and changes nothing', async () => {
    const operation = operationOf(id);
    const parameters = idParameters(operation);
    const caller = await makeTenantWorld(native);
    const before = [await checksums(native, victim.id), await checksums(native, caller.id)];
    // Every mix of own and foreign ids in which at least one is foreign.
    for (let mix = 1; mix < 2 ** parameters.length; mix++) {
      const isForeign = (name: string): boolean => ((mix >> parameters.findIndex(([n]) => n === name)) & 1) === 1;
      const nobodys = unknownIds();
      const foreignIds = idsFor(operation, (name) => (isForeign(name) ? victim.ids : caller.ids));
      const unknown = idsFor(operation, (name) => (isForeign(name) ? nobodys : caller.ids));
      const headers = { tenant: caller.name };
      const toForeign = await callOperation(native, operation, foreignIds, headers);
      const toUnknown = await callOperation(native, operation, unknown, headers);
      expect(comparable(toForeign, Object.values(foreignIds))).toEqual(comparable(toUnknown, Object.values(unknown)));
      if (operation.recipe?.path !== undefined) expect(toForeign.status).toBe(operation.recipe.unknown ?? 404);
      expectNothingOf(victim, toForeign, Object.values(foreignIds));
    }
    expect([await checksums(native, victim.id), await checksums(native, caller.id)]).toEqual(before);
  });

  it('goes on from a cursor of another tenant only in its own rows', async () => {
    const operation = operationOf(id);
    const caller = await makeTenantWorld(native);
    if (!operation.queryParameters.some(({ name }) => name === 'cursor')) return;
    const path = Object.fromEntries(
      Object.entries(operation.recipe?.path ?? {}).map(([name, kind]) => [name, victim.ids[kind]]),
    );
    const page = await callOperation(native, operation, path, { tenant: victim.name }, { limit: '1' });
    const { nextCursor } = page.body;
    expect(nextCursor).toEqual(expect.any(String));
    const mine = Object.fromEntries(
      Object.entries(operation.recipe?.path ?? {}).map(([name, kind]) => [name, caller.ids[kind]]),
    );
    const answer = await callOperation(
      native,
      operation,
      mine,
      { tenant: caller.name },
      { cursor: String(nextCursor) },
    );
    expect(answer.status).toBe(200);
    expectNothingOf(victim, answer, []);
  });

  it('refuses a tenant that is unknown as it refuses any other, whatever the ids', async () => {
    const operation = operationOf(id);
    const before = await checksums(native, victim.id);
    const ids = idsFor(operation, () => victim.ids);
    const answer = await callOperation(native, operation, ids, { tenant: 'nobody' });
    expect(answer.status).toBe(
      operation.path.startsWith('/api/v2/health/') ? 200 : (operation.recipe?.forbidden ?? 403),
    );
    expectNothingOf(victim, answer, Object.values(ids));
    expect(await checksums(native, victim.id)).toEqual(before);
  });
});

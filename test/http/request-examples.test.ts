// Sends every body that the OpenAPI document shows, as Swagger UI would: none may be bad input. What an example names is made before.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RECIPES } from '../tenancy/operation-recipes.js';
import { makeTenantWorld, type Kind, type TenantWorld } from '../tenancy/tenant-world.js';
import { startNativeApp, type NativeApp } from './native-app.js';
import { shownExamples, type ShownContent } from './shown-example.js';

interface DocumentedOperation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, ShownContent>> };
}
interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Parameters<typeof shownExamples>[1] };
}

/** Ids in bodies, by the field that holds them: nobody can choose them, so those of the examples cannot be made. */
const ID_FIELDS: Readonly<Record<string, Kind>> = {
  ...{ package_id: 'job number', device_id: 'device number', config_id: 'profile number', job_id: 'job' },
  agent_id: 'agent',
};
/** What stands in a path because an example before it made it. */
const MADE_BY_EXAMPLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CloudifyDeployments_create: { id: 'hello1' },
  PyfarmTags_replace: { tag: 'interesting' },
  PyfarmAgents_change: { id: '322360ad-976f-4103-9acc-a811d43fd24d' },
};
/** Of operations on things that belong to no tenant. */
const ID_PATHS = { Users: 'user', Tenants: 'tenant' } as const;
/** Who they are for has not signed in, or there is nothing to report about; that is no fault of the body. */
const REFUSED_OTHERWISE = [401, 403, 409];

let native: NativeApp;
let world: TenantWorld;
let user: string;
let bodies: { id: string; method: string; path: string; mediaType: string; body: unknown }[];
beforeAll(async () => {
  native = await startNativeApp();
  world = await makeTenantWorld(native);
  const named: [string, object][] = [
    ['/calendars', { name: 'holidays', entries: [{ yearly: '12-25' }] }],
    ['/groups', { name: 'billing-old' }],
    ['/tenants', { name: 'research' }],
  ];
  for (const [path, body] of named) await make(path, body);
  const headers = { tenant: world.name };
  await native.call('PUT', '/api/v3.1/deployments/hello1', { body: { blueprint_id: 'hello-world' }, headers });
  user = String((await make('/users', { username: 'one-more', password: 'staple battery', role: 'viewer' }))['id']);
  const document = (await native.call('GET', '/docs-json')).body as unknown as OpenApiDocument;
  bodies = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId: id, requestBody }]) =>
      Object.entries(requestBody?.content ?? {}).flatMap(([mediaType, content]) =>
        shownExamples(content, document.components.schemas).map((body) => ({
          ...{ id, method: method.toUpperCase(), path, mediaType, body },
        })),
      ),
    ),
  );
});
afterAll(() => native.close());

async function make(path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await native.call('POST', `/api/v2${path}`, { body, headers: { tenant: world.name } });
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

function filled(path: string, operation: string): string {
  const { path: kinds = {}, fixed = {} } = RECIPES[operation] ?? {};
  const [room = ''] = operation.split('_');
  const others: Readonly<Record<string, string>> = { user, tenant: world.id };
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const kind = kinds[name];
    const own = MADE_BY_EXAMPLES[operation]?.[name] ?? (kind === undefined ? fixed[name] : world.ids[kind]);
    return encodeURIComponent(own ?? others[ID_PATHS[room as keyof typeof ID_PATHS]] ?? '');
  });
}

/** The text of a body, with ids of this tenant. */
function textOf(body: unknown, mediaType: string): string {
  if (mediaType.includes('form')) return new URLSearchParams(body as Record<string, string>).toString();
  return JSON.stringify(body, (name, value: unknown) => {
    const kind = ID_FIELDS[name];
    return kind === undefined || value === null ? value : world.ids[kind];
  });
}

it('the document shows a body for each of many operations', () => expect(bodies.length).toBeGreaterThan(60));

it('every example of a request body is accepted', async () => {
  const refused: string[] = [];
  for (const { id, method, path, mediaType, body } of bodies) {
    // They wait for a worker, which there is none of.
    if (RECIPES[id]?.awaitsWorker !== undefined) continue;
    const text = textOf(body, mediaType);
    const headers = { tenant: world.name, 'content-type': mediaType };
    const answer = await native.call(method, filled(path, id), { body: text, headers });
    if (answer.status >= 400 && !REFUSED_OTHERWISE.includes(answer.status))
      refused.push(`${id} ${text.slice(0, 300)}: ${answer.status} ${answer.text.slice(0, 700)}`);
  }
  expect(refused).toEqual([]);
});

// The operations of the running API, read from its OpenAPI document, and how to call them.
import type { Answer, NativeApp } from '../http/native-app.js';
import { RECIPES, type Recipe } from './operation-recipes.js';
import type { Kind } from './tenant-world.js';

/** One operation of the document with its recipe. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for each path parameter. */
  readonly path: string;
  readonly pathParameters: readonly string[];
  readonly queryParameters: readonly { readonly name: string; readonly isId: boolean }[];
  /** True when a request body can hold an id (`format: uuid`), which a recipe cannot express yet. */
  readonly bodyTakesIds: boolean;
  readonly recipe: Recipe | undefined;
}

interface Parameter {
  name: string;
  in: string;
  schema?: { format?: string };
}
interface DocumentedOperation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: unknown;
}
interface OpenApiDocument {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, unknown> };
}

/** All operations that the app documents. */
export async function readOperations(native: NativeApp): Promise<Operation[]> {
  const document = (await native.call('GET', '/docs-json')).body as unknown as OpenApiDocument;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      pathParameters: parameters.filter((given) => given.in === 'path').map(({ name }) => name),
      queryParameters: parameters
        .filter((given) => given.in === 'query')
        .map(({ name, schema }) => ({ name, isId: schema?.format === 'uuid' })),
      bodyTakesIds: takesIds(requestBody, document.components.schemas, new Set()),
      recipe: RECIPES[operationId],
    })),
  );
}

function takesIds(schema: unknown, schemas: Record<string, unknown>, seen: Set<string>): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { format, $ref } = schema as { format?: unknown; $ref?: unknown };
  if (format === 'uuid') return true;
  if (typeof $ref === 'string' && !seen.has($ref)) {
    seen.add($ref);
    return takesIds(schemas[$ref.replace('#/components/schemas/', '')], schemas, seen);
  }
  return Object.values(schema).some((part) => takesIds(part, schemas, seen));
}

/** Which id goes into each parameter that takes one, path and query alike. */
export function idParameters({ recipe }: Operation): [name: string, kind: Kind][] {
  return Object.entries({ ...recipe?.path, ...recipe?.query });
}

/** Calls an operation as its recipe says (the same for every test of who may call what: only ids and headers differ), with `ids` by parameter; what is left out of the query is not sent. */
export async function callOperation(
  native: NativeApp,
  { method, path, recipe }: Operation,
  ids: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const values = { ...recipe?.fixed, ...ids };
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(values[name] ?? ''));
  const search = new URLSearchParams(query);
  for (const name of Object.keys(recipe?.query ?? {})) if (ids[name] !== undefined) search.set(name, ids[name]);
  return native.call(method, search.size === 0 ? filled : `${filled}?${search.toString()}`, {
    headers,
    body: recipe?.body,
  });
}

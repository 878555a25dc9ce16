// The operations that a running server documents, with what a request generator needs of them.

/** A JSON schema of the document, as far as this is read. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}
interface DocumentedOperation {
  readonly operationId: string;
  readonly 'x-permission'?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}

/** The document as it is served. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What an error body looks like: a media type and the schema of the body. */
export interface ErrorShape {
  readonly mediaType: string;
  readonly schema: Schema;
}

/** A parameter in the query or a header. */
export interface Parameter {
  readonly name: string;
  readonly schema: Schema;
}

/** One operation. */
export interface ServedOperation {
  readonly id: string;
  readonly method: string;
  /** A word of the table of permissions; null: open to everybody. */
  readonly permission: string | null;
  /** The header `Tenant` may not be left out. */
  readonly needsTenantHeader: boolean;
  /** With `{name}` for each path parameter. */
  readonly path: string;
  readonly pathParameters: readonly Parameter[];
  readonly queryParameters: readonly Parameter[];
  readonly headerParameters: readonly Parameter[];
  readonly body: {
    readonly mediaTypes: readonly string[];
    readonly schema: Schema;
    readonly examples: unknown[];
  } | null;
  /** Of all its documented statuses from 400 on. */
  readonly errorShapes: readonly ErrorShape[];
  readonly statuses: ReadonlySet<number>;
}

/** All that the document knows, in its order. */
export function servedOperations({ paths }: OpenApiDocument): ServedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => servedOperation(path, method, operation)),
  );
}

function servedOperation(path: string, method: string, operation: DocumentedOperation): ServedOperation {
  const { operationId: id, parameters = [], requestBody, responses, 'x-permission': permission = 'public' } = operation;
  const inPlace = (place: string): Parameter[] =>
    parameters.filter((given) => given.in === place).map(({ name, schema = {} }) => ({ name, schema }));
  const contents = Object.entries(requestBody?.content ?? {});
  const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
  return {
    ...{ id, path, method: method.toUpperCase(), permission: permission === 'public' ? null : permission },
    needsTenantHeader: parameters.some((given) => given.in === 'header' && given.name === 'Tenant'),
    pathParameters: inPlace('path'),
    queryParameters: inPlace('query'),
    headerParameters: inPlace('header'),
    body:
      contents[0] === undefined
        ? null
        : {
            mediaTypes: contents.map(([mediaType]) => mediaType),
            schema: contents[0][1].schema ?? {},
            examples: contents.flatMap(([, content]) => examplesOf(content)),
          },
    errorShapes: errors.flatMap(([, { content = {} }]) =>
      Object.entries(content).map(([mediaType, { schema = {} }]) => ({ mediaType, schema })),
    ),
    statuses: new Set(Object.keys(responses).map(Number)),
  };
}

function examplesOf({ schema, example, examples = {} }: Content): unknown[] {
  const all = [example, schema?.example, ...Object.values(examples).map(({ value }) => value)];
  return all.filter((value) => value !== undefined);
}

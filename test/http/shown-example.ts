// What Swagger UI puts into the box of a request body before anybody has typed.

interface Shape {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly allOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
}

/** The content of a body in the OpenAPI document. */
export interface ShownContent {
  readonly schema?: Shape;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>;
}

type Schemas = Readonly<Record<string, Shape>>;

/** The bodies that one can choose: the examples, else one that is put together of the examples of its properties. */
export function shownExamples({ schema = {}, example, examples }: ShownContent, schemas: Schemas): unknown[] {
  if (examples) return Object.values(examples).map(({ value }) => value);
  return [example ?? sampleOf(schema, schemas)];
}

function sampleOf(shape: Shape, schemas: Schemas): unknown {
  if (shape.$ref !== undefined)
    return sampleOf(schemas[shape.$ref.replace('#/components/schemas/', '')] ?? {}, schemas);
  const { example, type, properties, items, allOf, oneOf } = shape;
  if (example !== undefined) return example;
  if (shape.default !== undefined) return shape.default;
  if (allOf?.[0]) {
    const parts = allOf.map((part) => sampleOf(part, schemas));
    return typeof parts[0] === 'object' ? (Object.assign({}, ...parts) as unknown) : parts[0];
  }
  if (oneOf?.[0]) return sampleOf(oneOf[0], schemas);
  if (shape.enum) return shape.enum[0];
  if (type === 'array') return [sampleOf(items ?? {}, schemas)];
  if (type === 'object' || properties)
    return Object.fromEntries(Object.entries(properties ?? {}).map(([name, part]) => [name, sampleOf(part, schemas)]));
  return plainSample(shape);
}

function plainSample({ type, format, minimum = 0 }: Shape): unknown {
  if (type === 'integer' || type === 'number') return minimum;
  if (type === 'boolean') return true;
  if (format === 'date-time') return new Date().toISOString();
  return format === 'uuid' ? '3fa85f64-5717-4562-b3fc-2c963f66afa6' : 'string';
}

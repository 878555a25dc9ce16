import { pythonRepr } from './python-repr.js';

/** The part of JSON Schema that the original's schemas are written in. Unknown keywords (`optional`) say nothing. */
export interface JsonSchema {
  readonly type?: 'object' | 'string' | 'number';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly optional?: boolean;
}

interface Violation {
  readonly depth: number;
  readonly message: string;
}

/**
 * The one violation that Python's `jsonschema.validate` reports, in its words; null when there is none. Of several it is the one
 * nearest to the root, of those the first in the order of the schema's keywords (`jsonschema.exceptions.best_match`, release 4).
 */
export function schemaViolation(value: unknown, schema: JsonSchema): string | null {
  let best: Violation | null = null;
  for (const violation of violations(value, schema, 0)) {
    if (best === null || violation.depth < best.depth) best = violation;
  }
  return best?.message ?? null;
}

function* violations(value: unknown, schema: JsonSchema, depth: number): Generator<Violation> {
  if (schema.type !== undefined && !isOfType(value, schema.type))
    yield { depth, message: `${pythonRepr(value)} is not of type '${schema.type}'` };
  if (!isObject(value)) return;
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (Object.hasOwn(value, name)) yield* violations(value[name], inner, depth + 1);
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) yield { depth, message: `${pythonRepr(name)} is a required property` };
  }
}

function isOfType(value: unknown, type: NonNullable<JsonSchema['type']>): boolean {
  return type === 'object' ? isObject(value) : typeof value === type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

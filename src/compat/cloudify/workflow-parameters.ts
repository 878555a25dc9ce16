/** Parameters of a workflow against its schema. Source: contract A3, "Parameter rules". */
import { CloudifyRefusal } from './cloudify-refusal.js';
import { isObject, told, type JsonObject } from './json-type.js';
import { faultInConstraints, violatedConstraints } from './parameter-constraints.js';

/** One parameter as a workflow declares it; other keys (`description`) say nothing to us. */
export interface DeclaredParameter {
  readonly type?: string;
  readonly default?: unknown;
  /** Default true: without a value or a default the workflow does not start. */
  readonly required?: boolean;
  /** `[{"greater_than": 3}, …]` */
  readonly constraints?: unknown;
  /** Of a list. */
  readonly item_type?: string;
}

/** Parameters by name. */
export type WorkflowSchema = Readonly<Record<string, DeclaredParameter>>;

/** What is wrong with a schema; null: nothing. */
export function faultInSchema(schema: unknown): string | null {
  if (!isObject(schema)) return `parameters must be an object, not ${told(schema)}`;
  for (const [name, declared] of Object.entries(schema)) {
    const fault = faultInParameter(declared);
    if (fault !== null) return `parameter ${told(name)}: ${fault}`;
  }
  return null;
}

/** The values that need not be given. */
export function defaultsOf(schema: WorkflowSchema): JsonObject {
  const given = Object.entries(schema).filter(([, declared]) => Object.hasOwn(declared, 'default'));
  return Object.fromEntries(given.map(([name, declared]) => [name, declared.default]));
}

/**
 * What the workflow is run with: defaults, what is given laid over them, everything converted to its type. Throws
 * `illegal_execution_parameters_error`, of several faults the first of this order: undeclared, of a wrong type, missing.
 */
export function mergedParameters(
  workflow: string,
  schema: WorkflowSchema,
  given: JsonObject,
  { allowCustom }: { readonly allowCustom: boolean },
): JsonObject {
  const custom = Object.keys(given).filter((name) => !Object.hasOwn(schema, name));
  if (custom.length > 0 && !allowCustom)
    throw illegal(
      `The workflow ${told(workflow)} declares no parameters ${custom.join(', ')}; leave them out, or allow custom parameters.`,
    );
  const merged: Record<string, unknown> = { ...defaultsOf(schema), ...given };
  const faults: string[] = [];
  for (const [name, declared] of Object.entries(schema)) {
    if (!Object.hasOwn(merged, name)) continue;
    const { value, fault } = converted(merged[name], declared);
    if (fault === null) merged[name] = value;
    else faults.push(`Parameter ${told(name)} of the workflow ${told(workflow)}: ${fault}`);
  }
  if (faults.length > 0) throw illegal(faults.join('\n'));
  const missing = Object.keys(schema).filter(
    (name) => !Object.hasOwn(merged, name) && schema[name]?.required !== false,
  );
  if (missing.length > 0)
    throw illegal(`The workflow ${told(workflow)} must be given these parameters: ${missing.join(', ')}.`);
  return merged;
}

function faultInParameter(declared: unknown): string | null {
  if (!isObject(declared)) return `it must be declared by an object, not ${told(declared)}`;
  const { type, required, constraints } = declared;
  if (type !== undefined && typeof type !== 'string') return `type must be a string, not ${told(type)}`;
  if (required !== undefined && typeof required !== 'boolean')
    return `required must be a boolean, not ${told(required)}`;
  const fault = constraints === undefined ? null : faultInConstraints(constraints);
  if (fault !== null) return fault;
  return Object.hasOwn(declared, 'default') ? converted(declared['default'], declared).fault : null;
}

function converted(value: unknown, declared: DeclaredParameter): { value: unknown; fault: string | null } {
  // No value is none of any type, where the schema lets it be.
  if (value === null && (declared.required === false || declared.default === null)) return { value, fault: null };
  const typed = typedValue(value, declared.type, declared.item_type);
  if (typed === undefined) return { value, fault: `${told(value)} is not of type ${declared.type ?? 'any'}.` };
  const violated = violatedConstraints(typed, declared.constraints ?? []);
  const fault = violated.length === 0 ? null : `${told(typed)} violates ${violated.join(', ')}.`;
  return { value: typed, fault };
}

/** Undefined: it is not of the type and cannot be made so. */
function typedValue(value: unknown, type: string | undefined, itemType?: string): unknown {
  switch (type) {
    case 'integer':
      return numberOf(value, /^[+-]?\d+$/, Number.isSafeInteger);
    case 'float':
      return numberOf(value, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, Number.isFinite);
    case 'boolean':
      if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
      return typeof value === 'boolean' ? value : undefined;
    case 'string':
    case 'textarea':
    case 'regex':
      return typeof value === 'string' ? value : undefined;
    case 'dict':
      return isObject(value) ? value : undefined;
    case 'list': {
      if (!Array.isArray(value)) return undefined;
      const items = value.map((item) => typedValue(item, itemType));
      return items.includes(undefined) ? undefined : items;
    }
    case undefined:
    default:
      return value;
  }
}

function numberOf(value: unknown, form: RegExp, fits: (number: number) => boolean): number | undefined {
  const number = typeof value === 'string' && form.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && fits(number) ? number : undefined;
}

function illegal(message: string): CloudifyRefusal {
  return new CloudifyRefusal('illegal_execution_parameters_error', message);
}

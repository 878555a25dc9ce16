// Values that a JSON schema of the OpenAPI document allows, and whether it allows one. Only what our documents use of JSON schema.
import type { Dice } from './dice.js';
import type { Schema } from './served-operations.js';

const DEEPEST = 6;

/** Makes and checks values by the schemas of one document. */
export class SchemaValues {
  constructor(private readonly schemas: Readonly<Record<string, Schema>>) {}

  /** A value that fits, or nearly: patterns are not looked at. `ids` are what a `uuid` may be. */
  valueOf(schema: Schema, dice: Dice, ids: readonly string[], depth = 0): unknown {
    const plain = this.resolve(schema);
    const given = [plain.example, plain.default].filter((value) => value !== undefined);
    if (given.length > 0 && dice.chance(0.5)) return structuredClone(dice.pick(given));
    if (plain.nullable === true && dice.chance(0.1)) return null;
    if (plain.enum !== undefined && plain.enum.length > 0) return dice.pick(plain.enum);
    const choices = plain.oneOf ?? plain.anyOf;
    if (choices !== undefined && choices.length > 0) return this.valueOf(dice.pick(choices), dice, ids, depth + 1);
    if (plain.allOf !== undefined) {
      const parts = plain.allOf.map((part) => this.valueOf(part, dice, ids, depth + 1));
      return parts.every((part) => typeof part === 'object') ? Object.assign({}, ...parts) : parts[0];
    }
    return this.ofType(plain, dice, ids, depth);
  }

  private ofType(schema: Schema, dice: Dice, ids: readonly string[], depth: number): unknown {
    switch (schema.type) {
      case 'object':
        return depth > DEEPEST ? {} : this.objectOf(schema, dice, ids, depth);
      case 'array': {
        const items = schema.items ?? {};
        const length = depth > DEEPEST ? 0 : dice.below(4);
        return Array.from({ length }, () => this.valueOf(items, dice, ids, depth + 1));
      }
      case 'integer':
      case 'number': {
        const least = schema.minimum ?? 0;
        const span = (schema.maximum ?? least + 1000) - least;
        return dice.pick([least, schema.maximum ?? least + 1, least + dice.below(Math.min(span, 2 ** 31) + 1)]);
      }
      case 'boolean':
        return dice.chance(0.5);
      case 'string':
        return stringOf(schema, dice, ids);
      case undefined:
      default:
        return dice.pick<unknown>(['text', 1, true, [], {}]);
    }
  }

  private objectOf(
    { properties = {}, required = [] }: Schema,
    dice: Dice,
    ids: readonly string[],
    depth: number,
  ): object {
    const wanted = Object.entries(properties).filter(([name]) => required.includes(name) || dice.chance(0.3));
    return Object.fromEntries(wanted.map(([name, part]) => [name, this.valueOf(part, dice, ids, depth + 1)]));
  }

  /** Names of all properties that an object of this schema may have. */
  propertiesOf(schema: Schema, depth = 0): string[] {
    if (depth > DEEPEST) return [];
    const { properties = {}, oneOf = [], anyOf = [], allOf = [] } = this.resolve(schema);
    return [
      ...Object.keys(properties),
      ...[...oneOf, ...anyOf, ...allOf].flatMap((part) => this.propertiesOf(part, depth + 1)),
    ];
  }

  /** Whether a value fits: types, required properties, enums, nesting. */
  fits(value: unknown, schema: Schema): boolean {
    const plain = this.resolve(schema);
    if (value === null) return plain.nullable === true || (plain.type === undefined && plain.properties === undefined);
    if (plain.enum !== undefined && !plain.enum.includes(value)) return false;
    if (plain.allOf?.every((part) => this.fits(value, part)) === false) return false;
    const choices = plain.oneOf ?? plain.anyOf;
    if (choices?.some((part) => this.fits(value, part)) === false) return false;
    if (!hasType(value, plain.type)) return false;
    if (Array.isArray(value)) return value.every((item) => this.fits(item, plain.items ?? {}));
    if (typeof value !== 'object') return true;
    if (plain.required?.every((name) => Object.hasOwn(value, name)) === false) return false;
    return Object.entries(plain.properties ?? {}).every(
      ([name, part]) => !Object.hasOwn(value, name) || this.fits((value as Record<string, unknown>)[name], part),
    );
  }

  private resolve(schema: Schema): Schema {
    let plain = schema;
    for (let depth = 0; plain.$ref !== undefined && depth < DEEPEST; depth++)
      plain = this.schemas[plain.$ref.replace('#/components/schemas/', '')] ?? {};
    return plain;
  }
}

function stringOf({ format, minLength = 0, maxLength = 40 }: Schema, dice: Dice, ids: readonly string[]): string {
  if (format === 'uuid') return dice.pick(ids);
  if (format === 'date-time') return new Date(Date.UTC(2026, 0, 1) + dice.below(2 ** 31) * 100).toISOString();
  if (format === 'date') return `2026-0${1 + dice.below(9)}-1${dice.below(10)}`;
  const length = dice.pick([minLength, Math.min(maxLength, 2000), Math.max(minLength, Math.min(maxLength, 8))]);
  return Array.from({ length }, () => dice.pick([...'abcxyzABC019-_. äß😀'])).join('');
}

function hasType(value: unknown, type: string | undefined): boolean {
  switch (type) {
    case undefined:
      return true;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

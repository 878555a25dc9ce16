import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { DomainError, type FieldError } from '../kernel/domain-error.js';
import { pointer } from './json-pointer.js';
import { shown } from './shorten.js';
import { refuseUnstorable } from './storable.js';

/** Most field errors that one answer lists. */
const MOST_ERRORS = 50;

/** Rules about the type of a value. Where one fails, the other rules of that field say nothing useful. */
const TYPE_RULES = [
  'isString',
  'isInt',
  'isNumber',
  'isBoolean',
  'isObject',
  'isArray',
  'isInstant',
  'isUuid',
  'isTagName',
  'nestedValidation',
];

/** What class-validator found, on its way from Nest's pipe to the place that knows where the value came from. */
class FoundErrors extends Error {
  constructor(readonly errors: ValidationError[]) {
    super('validation failed');
  }
}

/**
 * Checks bodies, queries and path parameters against their DTO class. Unknown fields are refused, nothing is converted but by
 * explicit transforms, and every fault is a `FieldError` in one `invalid_input`.
 */
class NativeValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      validationError: { value: true },
      exceptionFactory: (errors) => new FoundErrors(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const fieldOf = fieldNaming(metadata);
    // Bodies were looked through when they were parsed.
    if (metadata.type === 'query' || metadata.type === 'param') refuseUnstorable(value, fieldOf);
    if (metadata.type === 'body' && value !== undefined && isDto(metadata) && !isPlainObject(value)) {
      const message = `The body must be a JSON object; got ${shown(value)}.`;
      throw new DomainError('invalid_input', message, [{ field: '', code: 'isObject', message }]);
    }
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (!(error instanceof FoundErrors)) throw error;
      const fields = flatten(error.errors, fieldOf, []).slice(0, MOST_ERRORS);
      throw new DomainError('invalid_input', summary(fields), fields);
    }
  }
}

/** The pipe that is installed for all controllers of the native API. */
export function validationPipe(): ValidationPipe {
  return new NativeValidationPipe();
}

/** JSON pointer for bodies, `?name` for queries, `:name` for path parameters. */
function fieldNaming({ type, data }: ArgumentMetadata): (path: readonly string[]) => string {
  const within = data === undefined ? [] : [data];
  if (type === 'query') return (path) => `?${[...within, ...path].join('.')}`;
  if (type === 'param') return (path) => `:${[...within, ...path].join('.')}`;
  return (path) => pointer([...within, ...path]);
}

function isDto({ metatype, data }: ArgumentMetadata): boolean {
  return (
    data === undefined &&
    metatype !== undefined &&
    ![Object, Array, String, Number, Boolean, Buffer].includes(metatype as never)
  );
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flatten(
  errors: readonly ValidationError[],
  fieldOf: (path: readonly string[]) => string,
  path: readonly string[],
): FieldError[] {
  return errors.flatMap((error) => {
    const inner = [...path, error.property];
    const field = fieldOf(inner);
    return [...faultsOf(error, field), ...flatten(error.children ?? [], fieldOf, inner)];
  });
}

function faultsOf(error: ValidationError, field: string): FieldError[] {
  const rules = Object.entries(error.constraints ?? {});
  if (rules.length === 0) return [];
  if ('whitelistValidation' in (error.constraints ?? {})) {
    return [
      {
        field,
        code: 'unknown_field',
        message: `${field} is not a field of this request; its value was ${shown(error.value)}.`,
      },
    ];
  }
  const typeRules = rules.filter(([rule]) => TYPE_RULES.includes(rule));
  const telling = typeRules.length > 0 ? typeRules.slice(0, 1) : rules;
  const texts = telling.map(([, text]) => naming(field, error.property, text));
  if (error.value === undefined)
    return [{ field, code: 'required', message: `${field} is missing: ${texts.join(', ')}.` }];
  return telling.map(([code], i) => ({ field, code, message: `${texts[i] ?? field}; got ${shown(error.value)}.` }));
}

/** The rule's own words, about the field by its full name instead of the last part of it. */
function naming(field: string, property: string, text: string): string {
  if (text.startsWith(`${property} `)) return `${field}${text.slice(property.length)}`;
  const each = `each value in ${property} `;
  return text.startsWith(each) ? `each value in ${field} ${text.slice(each.length)}` : `${field}: ${text}`;
}

function summary(fields: readonly FieldError[]): string {
  if (fields.length === 1) return fields[0]?.message ?? '';
  return `${fields.length} fields are wrong. ${fields.map((field) => field.message).join(' ')}`.slice(0, 2000);
}

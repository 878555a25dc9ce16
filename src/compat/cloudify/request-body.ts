/** Bodies as Cloudify's manager reads them. Source: contract A1, A3. */
import { parseJsonBody } from '../../http/json-body.parser.js';
import type { RawBody } from '../../http/raw-body.js';
import { DomainError } from '../../kernel/domain-error.js';
import { badParameters } from './cloudify-refusal.js';
import { isObject, told, type JsonObject } from './json-type.js';

/**
 * The object of a request. Throws `unsupported_media_type` when it is announced as anything but JSON, also without a body, and
 * `bad_parameters_error` for what is no object.
 */
export function bodyOf(body: RawBody | null | undefined, contentType: string | undefined): JsonObject {
  demandJson(contentType);
  const value = body ? parseJsonBody(body.bytes) : undefined;
  if (!isObject(value)) throw badParameters(`The body must be a JSON object, not ${told(value)}.`);
  return value;
}

/** Throws `unsupported_media_type` unless the request says that it is JSON. */
export function demandJson(contentType: string | undefined): void {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new DomainError(
      'unsupported_media_type',
      `The Content-Type must be application/json; it is ${type === undefined || type === '' ? 'absent' : told(type)}.`,
    );
}

/** The same where a body is optional: without one, an empty object. */
export function optionalBodyOf(body: RawBody | null | undefined, contentType: string | undefined): JsonObject {
  return body && body.bytes.length > 0 ? bodyOf(body, contentType) : {};
}

/** A string that must be there. */
export function requiredText(body: JsonObject, key: string): string {
  const value = body[key];
  if (typeof value === 'string') return value;
  throw badParameters(
    value === undefined || value === null
      ? `The key ${key} is missing from the body; it must be a string.`
      : `${key} must be a string, not ${told(value)}.`,
  );
}

/** A string that may be absent or null. */
export function optionalText(body: JsonObject, key: string): string | null {
  return body[key] === undefined || body[key] === null ? null : requiredText(body, key);
}

/** JSON booleans, and "true" and "false" in any case, which is what the official client sends. Absent or null: false. */
export function flag(body: JsonObject, key: string): boolean {
  const value = body[key] ?? false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw badParameters(`${key} must be a boolean, or "true" or "false", not ${told(value)}.`);
}

/** An integer that may be absent or null. */
export function optionalInteger(body: JsonObject, key: string): number | null {
  const value = body[key] ?? null;
  const number = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : value;
  if (number === null || Number.isSafeInteger(number)) return number as number | null;
  throw badParameters(`${key} must be an integer, not ${told(value)}.`);
}

/** An object that may be absent or null. */
export function optionalObject(body: JsonObject, key: string): JsonObject {
  const value = body[key] ?? {};
  if (isObject(value)) return value;
  throw badParameters(`${key} must be an object, not ${told(value)}.`);
}

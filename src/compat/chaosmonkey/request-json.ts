import type { RawBody } from '../../http/raw-body.js';
import { parseJsonBody } from '../../http/json-body.parser.js';
import { DomainError } from '../../kernel/domain-error.js';
import { schemaViolation, type JsonSchema } from './json-schema.js';

const JSON_TYPE = /^application\/([^;]+\+)?json$/;

/**
 * The body as the original gets it from Flask, checked against a schema. A body of another type is `None` to Flask, and so refused by the
 * schema; an empty one is no JSON. Throws `invalid_input` in the original's words, and for what cannot be stored in ours.
 */
export function requestJson(body: RawBody | undefined, schema: JsonSchema): unknown {
  const json = parsed(body);
  refuseViolation(json, schema);
  return json;
}

/** Throws what the original answers to a value that its schema does not allow. */
export function refuseViolation(value: unknown, schema: JsonSchema): void {
  const violation = schemaViolation(value, schema);
  if (violation !== null) throw new DomainError('invalid_input', `invalid payload ${violation}`);
}

function parsed(body: RawBody | undefined): unknown {
  if (body?.mediaType === undefined || !JSON_TYPE.test(body.mediaType)) return null;
  let json: unknown;
  try {
    json = parseJsonBody(body.bytes);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'malformed_body') throw notJson(error);
    throw error;
  }
  if (json === undefined) throw notJson();
  return json;
}

function notJson(cause?: unknown): DomainError {
  return new DomainError('invalid_input', 'payload must be a valid json', [], { cause });
}

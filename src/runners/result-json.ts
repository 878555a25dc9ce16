/** Results of runs as JSON that can be stored. Pure. */
import { storable } from './output/text-pieces.js';
import { MAX_RESULT_BYTES } from './run-outcome.js';
import type { RunError } from './runner.js';

const MAX_MESSAGE = 10_000;
const MAX_STACK = 20_000;

/** JSON of a result, or the reason why it has none. */
export type ResultJson = { json: string; error: null } | { json: 'null'; error: RunError };

/**
 * `undefined` and functions become null. What JSON cannot say (circular values, BigInt) and what is larger than
 * {@link MAX_RESULT_BYTES} is an error of type `invalid_result`.
 */
export function resultJson(value: unknown): ResultJson {
  let json: string;
  try {
    const written: unknown = JSON.stringify(value); // no string for undefined and functions, whatever its type says
    json = typeof written === 'string' ? written : 'null';
    // PostgreSQL's jsonb refuses U+0000 and half surrogate pairs, which JSON writes as escapes.
    if (/\\u(0000|d[89a-f])/i.test(json)) json = JSON.stringify(JSON.parse(json), storableValue);
  } catch (error) {
    return invalid(`The result cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_RESULT_BYTES) return { json, error: null };
  return invalid(
    `The result is ${bytes} bytes of JSON; at most ${MAX_RESULT_BYTES} are kept. Write large data to the output or to a file.`,
  );
}

/** An error whose texts can be stored and are not endless. */
export function boundedError(error: RunError): RunError {
  const bounded: RunError = { type: error.type, message: storable(error.message.slice(0, MAX_MESSAGE)) };
  if (error.stack !== undefined) bounded.stack = storable(error.stack.slice(0, MAX_STACK));
  return bounded;
}

function storableValue(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [storable(name), item]));
}

function invalid(message: string): ResultJson {
  return { json: 'null', error: { type: 'invalid_result', message } };
}

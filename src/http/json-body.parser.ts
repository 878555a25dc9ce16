import { DomainError } from '../kernel/domain-error.js';
import { describeJsonFault } from './json-fault.js';
import { refuseUnstorable } from './storable.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a JSON body. An empty one is `undefined`, because a client that always announces JSON also does so where a body is
 * optional. Throws `malformed_body` with the place of the fault, or `invalid_input` for what cannot be stored.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new DomainError('malformed_body', 'The body is not valid UTF-8.');
  }
  if (text.trim() === '') return undefined;
  const body = parse(text);
  refuseUnstorable(body);
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new DomainError(
      'malformed_body',
      `The body is not valid JSON: ${describeJsonFault(text, error as SyntaxError)}.`,
    );
  }
}

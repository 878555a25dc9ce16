/** Reads the parameters of `chaosmonkey.api_request.ApiRequest` and says them in those of `http`. Pure. */
import { InvalidArguments } from '../invalid-arguments.js';

/** Arguments and parameters of the job class `http`. */
export interface HttpArguments {
  readonly args: readonly unknown[];
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * The call that `requests.request(method, endpoint, headers=headers, data=payload)` makes: a form as its body, whatever the method. Any
 * answer counts as success, as in the original, which does not look at it. Throws {@link InvalidArguments}.
 */
export function apiRequest(parameters: Readonly<Record<string, unknown>>): HttpArguments {
  const { endpoint, method, payload, headers } = parameters;
  const form = formOf(fieldsOf('payload', payload));
  const given = Object.fromEntries(Object.entries(fieldsOf('headers', headers)).filter(([, value]) => value !== null));
  const hasType = Object.keys(given).some((name) => name.toLowerCase() === 'content-type');
  return {
    args: [endpoint, method],
    parameters: {
      headers: form === null || hasType ? given : { ...given, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: form,
      expectedStatus: ['100-599'],
    },
  };
}

function fieldsOf(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InvalidArguments(
    `The parameter ${name} of ApiRequest must be an object such as {"key": "value"}, not ${JSON.stringify(value)}.`,
  );
}

/** Lists repeat their key, null is left out, of an object in a list's place the keys count: that is how requests encodes forms. */
function formOf(payload: Readonly<Record<string, unknown>>): string | null {
  const pairs = Object.entries(payload).flatMap(([key, value]) =>
    valuesOf(value).map((item): [string, string] => [key, textOf(item)]),
  );
  return pairs.length === 0 ? null : new URLSearchParams(pairs).toString();
}

function valuesOf(value: unknown): unknown[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.flatMap(valuesOf);
  return typeof value === 'object' ? Object.keys(value) : [value];
}

/** Python writes its booleans with a capital. */
function textOf(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

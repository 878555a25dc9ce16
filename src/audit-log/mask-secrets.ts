import { hideSecrets, isSecretName } from '../observability/hide-secrets.js';

const HIDDEN = '[hidden]';
/** `--password`, `-token`: a flag whose value is the next argument. */
const FLAG = /^--?[\w.-]{1,60}$/;

/**
 * A copy of JSON data without secrets: values of fields that are named like one (`password`, `apiKey`, `Authorization` …), also when name
 * and value are two fields or two neighbours in a list, and what looks like a secret within a text. Null, true, false and empty texts stay,
 * because whether there is a secret may be known.
 */
export function maskSecrets(value: unknown): unknown {
  if (typeof value === 'string') return hideSecrets(value);
  if (Array.isArray(value)) return maskList(value);
  return typeof value === 'object' && value !== null ? maskFields(value as Record<string, unknown>) : value;
}

function maskFields(fields: Record<string, unknown>): Record<string, unknown> {
  const name = fields['name'] ?? fields['key'];
  const isPair = typeof name === 'string' && isSecretName(name);
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      isSecretName(key) || (isPair && key === 'value') ? hidden(value) : maskSecrets(value),
    ]),
  );
}

function maskList(items: readonly unknown[]): unknown[] {
  return items.map((item, i) => {
    const before: unknown = items[i - 1];
    const isNamed = typeof before === 'string' && (FLAG.test(before) || items.length === 2) && isSecretName(before);
    return isNamed && typeof item !== 'object' ? hidden(item) : maskSecrets(item);
  });
}

function hidden(value: unknown): unknown {
  return value === null || typeof value === 'boolean' || value === '' ? value : HIDDEN;
}

import { maskSecrets } from './mask-secrets.js';

/** Bytes of JSON that one value may take in an audit entry. */
const LARGEST_VALUE_BYTES = 8192;

/** What an audit entry stores of a change. */
export interface AuditDiff {
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/**
 * Reduces a change to the fields that differ; a creation or deletion keeps all of its fields. Instants become ISO texts. A value
 * of more than 8 KiB of JSON is replaced by its start and its size, visibly. Secrets are masked after the comparison, so that it shows that
 * one was changed.
 */
export function auditDiff(before: object | null | undefined, after: object | null | undefined): AuditDiff {
  const old = plain(before);
  const now = plain(after);
  if (old === null || now === null) return { before: bounded(old), after: bounded(now) };
  const changed = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => canonical(old[key]) !== canonical(now[key]),
  );
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(changed.filter((key) => key in from).map((key) => [key, from[key]]));
  return { before: bounded(pick(old)), after: bounded(pick(now)) };
}

function plain(value: object | null | undefined): Record<string, unknown> | null {
  return value ? (JSON.parse(JSON.stringify(value)) as Record<string, unknown>) : null;
}

/** JSON without regard to the order of keys: jsonb gives them back in its own. An absent field is undefined. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function bounded(values: Record<string, unknown> | null): Record<string, unknown> | null {
  return (
    values &&
    Object.fromEntries(
      Object.entries(maskSecrets(values) as Record<string, unknown>).map(([key, value]) => [key, shortened(value)]),
    )
  );
}

function shortened(value: unknown): unknown {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes <= LARGEST_VALUE_BYTES) return value;
  const start = Buffer.from(text)
    .subarray(0, 1024)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')
    .replace(/\p{Surrogate}$/u, '');
  return { shortened: true, bytes, start };
}

/** What was changed, as the HTML of ndscheduler's log. Pure. */
import type { AuditRow } from '../../audit-log/audit-log-reader.service.js';
import { pythonRepr } from './python-text.js';

type Values = Readonly<Record<string, unknown>>;

/** The original's fields in the original's order; ours that it does not have follow in theirs. */
const ORDER = ['name', 'job_class_string', 'pub_args', 'minute', 'hour', 'day', 'month', 'day_of_week'];
const WIRE_NAMES: Readonly<Record<string, string>> = { jobClass: 'job_class_string', args: 'pub_args' };

/**
 * The changes of entries about one job and its triggers that were written together; empty when nothing changed. Values are escaped, because
 * web pages put the text into themselves as it is.
 */
export function describeChanges(entries: readonly AuditRow[]): string {
  const changes = new Map<string, readonly [before: string, after: string]>();
  for (const { before, after, event } of entries) {
    const [old, now] = [wireValues(before, event), wireValues(after, event)];
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
      const pair = [old[name] ?? '', now[name] ?? ''] as const;
      if (pair[0] !== pair[1]) changes.set(name, pair);
    }
  }
  const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...changes]
    .sort(([a], [b]) => place(a) - place(b))
    .map(
      ([name, [old, now]]) =>
        `<b>${escaped(name)}</b>: <font color="red">${escaped(old)}</font> => <font color="green">${escaped(now)}</font><br>`,
    )
    .join('');
}

/** Texts by the original's names. A trigger that is made or deleted shows its schedule only. */
function wireValues(values: Values | null, event: string): Record<string, string> {
  const isWholeTrigger = event === 'trigger.created' || event === 'trigger.deleted';
  const shown = Object.entries(values ?? {}).filter(([name]) => !isWholeTrigger || name === 'spec');
  return Object.fromEntries(
    shown.flatMap(([name, value]): [string, string][] => {
      const fields = name === 'spec' ? fieldsOf(value) : null;
      // The original never reports the week.
      if (fields)
        return Object.entries(fields)
          .filter(([field]) => field !== 'week')
          .map(([field, text]) => [field, textOf(text)]);
      return [[WIRE_NAMES[name] ?? name, textOf(value)]];
    }),
  );
}

function fieldsOf(spec: unknown): Values | null {
  if (typeof spec !== 'object' || spec === null || !('fields' in spec)) return null;
  return typeof spec.fields === 'object' ? (spec.fields as Values) : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

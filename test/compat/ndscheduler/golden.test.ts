// Requests and answers of the document and of the contract's rules, word for word, one file per subject. `<name>` in an answer takes what stands
// there and must find the same again later; `<name:pattern>` also says what it looks like.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NativeApp } from '../../http/native-app.js';
import { ask, startWorkingApp } from './wire.js';

interface Exchange {
  readonly source: string;
  readonly request: { method: string; path: string; headers?: Record<string, string>; body?: unknown };
  readonly answer: { status: number; reason?: string; headers?: Record<string, string | null>; body?: unknown };
}

const FOLDER = new URL('golden/', import.meta.url);
const PATTERNS: Readonly<Record<string, string>> = {
  id: '[0-9a-f]{32}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00',
  micros: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00',
  host: '[\\w.-]+',
  number: '\\d+',
  tag: '"[0-9a-f]{40}"',
};

let native: NativeApp;
beforeAll(async () => {
  native = await startWorkingApp();
});
afterAll(() => native.close());

/** Puts what was taken before into a request. */
function filled<T>(value: T, taken: ReadonlyMap<string, string>): T {
  const text = JSON.stringify(value) as string | undefined; // undefined gives undefined
  return (
    text === undefined
      ? value
      : JSON.parse(
          text.replaceAll(/<(\w+)>/g, (whole, name: string) => JSON.stringify(taken.get(name) ?? whole).slice(1, -1)),
        )
  ) as T;
}

/** `expected` with what stands in its open places in `actual`, so that the two can be compared as a whole. */
function closed(expected: unknown, actual: unknown, taken: Map<string, string>): unknown {
  if (typeof expected === 'string') return closedText(expected, actual, taken);
  if (Array.isArray(expected)) {
    const list = Array.isArray(actual) ? (actual as unknown[]) : [];
    return expected.map((item, i) => closed(item, list[i], taken));
  }
  if (typeof expected !== 'object' || expected === null) return expected;
  const other = (typeof actual === 'object' ? actual : {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, closed(value, other[key], taken)]));
}

function closedText(expected: string, actual: unknown, taken: Map<string, string>): string {
  const open = /<(\w+):(\w+)>/g;
  const text = expected.replaceAll(/<(\w+)>/g, (whole, name: string) => taken.get(name) ?? whole);
  const shape = text
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(open, (_w, _n, kind: string) => `(${PATTERNS[kind] ?? kind})`);
  const found =
    typeof actual === 'string' || typeof actual === 'number' ? new RegExp(`^${shape}$`).exec(String(actual)) : null;
  let group = 0;
  return text.replaceAll(open, (whole, name: string) => {
    const value = found?.[++group];
    if (value !== undefined) taken.set(name, value);
    return value ?? whole;
  });
}

it.each(readdirSync(FOLDER).sort())('%s', async (file) => {
  const exchanges = JSON.parse(
    // The sample class runs in this process.
    readFileSync(new URL(file, FOLDER), 'utf8')
      .replaceAll('"PID"', String(process.pid))
      .replaceAll('PID', String(process.pid)),
  ) as Exchange[];
  const taken = new Map<string, string>();
  for (const { source, request, answer } of exchanges) {
    const { method, path, headers, body } = filled(request, taken);
    const given = await ask(native.url, method, path, { body, ...(headers && { headers }) });
    const names = Object.keys(answer.headers ?? {});
    const actual = {
      status: given.status,
      ...(answer.reason !== undefined && { reason: given.reason }),
      ...(answer.headers && { headers: Object.fromEntries(names.map((name) => [name, given.headers[name] ?? null])) }),
      ...('body' in answer && { body: given.body ?? given.text }),
    };
    expect({ source, ...actual }).toEqual(closed({ source, ...answer }, { source, ...actual }, taken));
  }
});

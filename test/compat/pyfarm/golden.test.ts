import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { PyfarmClient } from './pyfarm-client.js';

interface Exchange {
  readonly source: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly answer: { readonly status: number; readonly body?: unknown };
}

const EXCHANGES = JSON.parse(readFileSync(new URL('golden/tags.json', import.meta.url), 'utf8')) as Exchange[];

let native: NativeApp;
/** What `<name>` stands for; ids of tags are learned from the answer in which they stand first. */
const known = new Map<string, unknown>();
beforeAll(async () => {
  native = await startNativeApp();
  const client = new PyfarmClient(native);
  known.set('agent', await client.agent());
  known.set('job', (await client.job()).number);
});
afterAll(() => native.close());

/** `golden` with every `<name>` that is known replaced by what it stands for. */
function filled(golden: unknown): unknown {
  if (Array.isArray(golden)) return golden.map(filled);
  if (typeof golden === 'object' && golden !== null)
    return Object.fromEntries(Object.entries(golden).map(([key, value]) => [key, filled(value)]));
  if (typeof golden !== 'string') return golden;
  const whole = /^<(\w+)>$/.exec(golden)?.[1];
  if (whole !== undefined) return known.get(whole) ?? golden;
  return golden.replaceAll(/<(\w+)>/g, (_whole, name: string) => String(known.get(name)));
}

/** Learns what new `<name>`s stand for: they are integers. */
function learn(golden: unknown, actual: unknown): void {
  if (typeof golden !== 'object' || golden === null || typeof actual !== 'object' || actual === null) return;
  for (const [key, value] of Object.entries(golden)) {
    const found: unknown = (actual as Record<string, unknown>)[key];
    const name = typeof value === 'string' ? /^<(\w+)>$/.exec(value)?.[1] : undefined;
    if (name === undefined) learn(value, found);
    else if (!known.has(name) && Number.isInteger(found)) known.set(name, found);
  }
}

it.each(EXCHANGES)('$source', async ({ request, answer }) => {
  const { body } = request;
  const actual = await native.call(request.method, String(filled(request.path)), {
    headers: { accept: 'application/json' },
    ...(body === undefined ? {} : { body: filled(body) }),
  });
  learn(answer.body, actual.body);
  expect({ status: actual.status, body: actual.body }).toEqual({ status: answer.status, body: filled(answer.body) });
  if (answer.body !== undefined) expect(actual.headers.get('content-type')).toContain('application/json');
});

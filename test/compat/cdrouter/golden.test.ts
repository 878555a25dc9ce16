// The examples of the published document, request for request and field for field, as a client that writes URLs itself would send them.
// Nothing runs here, so that what is pending stays so; jobs.test.ts has a worker.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { ask } from '../ndscheduler/wire.js';
import { CdrouterClient, CONFIG } from './cdrouter-app.js';

interface Exchange {
  readonly source: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly answer: { readonly status: number; readonly body?: unknown };
}

const EXCHANGES = JSON.parse(readFileSync(new URL('golden/jobs.json', import.meta.url), 'utf8')) as Exchange[];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;

let native: NativeApp;
/** What `<name>` stands for; ids of jobs are learned from the answer in which they stand first. */
const known = new Map<string, string>();
beforeAll(async () => {
  native = await startNativeApp();
  const client = new CdrouterClient(native);
  known.set('config', await client.made('configs', CONFIG));
  known.set('device', await client.made('devices', { name: 'Device Foo' }));
  const extra_cli_args = '-testvar lanInterface=eth1 -testvar wanInterface=wifi0';
  const testlist = ['cdrouter_nat_1', 'cdrouter_nat_2'];
  known.set('p123', await client.made('packages', { name: 'one', testlist, extra_cli_args }));
  known.set('p456', await client.made('packages', { name: 'all DHCP', testlist, extra_cli_args, tags: ['working'] }));
});
afterAll(() => native.close());

/** `golden` with every `<name>` that is known replaced by what it stands for. */
function filled(golden: unknown): unknown {
  if (Array.isArray(golden)) return golden.map(filled);
  if (typeof golden === 'object' && golden !== null)
    return Object.fromEntries(Object.entries(golden).map(([key, value]) => [key, filled(value)]));
  if (golden === '<time>') return expect.stringMatching(TIME);
  return typeof golden === 'string'
    ? golden.replaceAll(/<(\w+)>/g, (all, name: string) => known.get(name) ?? all)
    : golden;
}

function learn(golden: unknown, actual: unknown): void {
  if (typeof golden !== 'object' || golden === null || typeof actual !== 'object' || actual === null) return;
  for (const [key, value] of Object.entries(golden)) {
    const found = (actual as Record<string, unknown>)[key];
    const name = typeof value === 'string' ? /^<(\w+)>$/.exec(value)?.[1] : undefined;
    if (name === undefined) learn(value, found);
    else if (name !== 'time' && !known.has(name) && typeof found === 'string' && /^\d+$/.test(found))
      known.set(name, found);
  }
}

it.each(EXCHANGES)('$source: $request.method $request.path', async ({ request, answer }) => {
  const { body } = request;
  const actual = await ask(native.url, request.method, String(filled(request.path)), {
    ...(body !== undefined && { body: typeof body === 'string' ? body : filled(body) }),
  });
  learn(answer.body, actual.body);
  expect(actual).toMatchObject({ status: answer.status });
  if (answer.body !== undefined) expect(actual.body).toEqual(filled(answer.body));
  if (answer.status === 204) expect([actual.text, actual.headers['content-type']]).toEqual(['', undefined]);
  else expect(actual.headers['content-type']).toContain('application/json');
});

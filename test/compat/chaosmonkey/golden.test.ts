// The documented examples and the rules of the contract, request for request and field for field.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_ATTACK, said, startChaosApp, type ChaosApp } from './chaos-app.js';

interface Step {
  readonly source: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly answer: { readonly status: number; readonly contentType: string; readonly body: unknown };
}

let chaos: ChaosApp;
beforeAll(async () => {
  chaos = await startChaosApp({ CHAOSMONKEY_TIME_ZONE: 'UTC' });
});
afterAll(() => chaos.close());

const put = (id: string, body: unknown, headers?: Record<string, string>) =>
  chaos.call('PUT', `/api/1/executors/${id}`, { body, ...(headers && { headers }) });
const moved = (id: string, date: string) => put(id, { type: 'date', args: { date } });

describe('the golden file', () => {
  it('is answered step by step', async () => {
    const { id: plan, executors } = await chaos.plan({ name: 'Call an API' });
    const text = await readFile(join(import.meta.dirname, 'golden/executors.json'), 'utf8');
    const filled = text.replaceAll('<plan>', plan).replaceAll('<executor>', executors[0] ?? '');
    for (const { source, request, answer } of JSON.parse(filled) as Step[]) {
      const got = await chaos.call(request.method, request.path, { body: request.body });
      const body: unknown = JSON.parse(
        got.text.replace(/"created":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d{10}"/g, '"created":"<created>"'),
      );
      expect({ source, status: got.status, contentType: got.headers.get('content-type'), body }).toEqual({
        source,
        ...answer,
      });
    }
  });
});

describe('PUT on an executor', () => {
  let id: string;
  beforeAll(async () => {
    id = (await chaos.plan()).executors[0] ?? '';
  });

  // contract 2.3
  it.each([
    [{ args: { date: 'x' } }, "invalid payload 'type' is a required property"],
    [{}, "invalid payload 'type' is a required property"],
    [{ type: 'date' }, "invalid payload 'args' is a required property"],
    [{ type: 'date', args: {} }, "invalid payload 'date' is a required property"],
    [{ type: 5, args: { date: 'x' } }, "invalid payload 5 is not of type 'string'"],
    [{ type: 'date', args: [] }, "invalid payload [] is not of type 'object'"],
    [
      { type: 'date', args: { date: { a: [null, true, 'it'] } } },
      "invalid payload {'a': [None, True, 'it']} is not of type 'string'",
    ],
    ['null', "invalid payload None is not of type 'object'"],
    ['[]', "invalid payload [] is not of type 'object'"],
    ['', 'payload must be a valid json'],
    ['{"type":', 'payload must be a valid json'],
    ['\xff', 'payload must be a valid json'],
    [{ type: 'cron', args: { date: 'x' } }, 'Invalid trigger type'],
    [{ type: 'DATE', args: { date: '2027-10-23' } }, 'Invalid trigger type'],
    [{ type: 'date', args: { date: 'invaliddate' } }, 'Invalid date format'],
    [{ type: 'date', args: { date: '2027-02-30' } }, 'Invalid date format'],
  ])('%j is answered with %s, whether or not there is such an executor', async (body, msg) => {
    for (const any of [id, '123', 'f'.repeat(32)]) expect(said(await put(any, body))).toEqual([400, { msg }]);
  });

  it('takes a body of another type, and none at all, for None', async () => {
    const none = [400, { msg: "invalid payload None is not of type 'object'" }];
    const body = JSON.stringify({ type: 'date', args: { date: '2027-10-23' } });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      expect(said(await put(id, body, { 'content-type': type }))).toEqual(none);
    }
    expect(said(await chaos.call('PUT', `/api/1/executors/${id}`))).toEqual(none);
    expect((await put(id, body, { 'content-type': 'application/vnd.api+json; charset=utf-8' })).status).toBe(200);
  });

  it.each(['123', 'invalid', 'f'.repeat(32), '00000000-0000-4000-8000-000000000000', '%41'])(
    'does not know the executor %s',
    async (unknown) => {
      expect(said(await moved(unknown, '2027-10-23'))).toEqual([
        404,
        { msg: `executor not found ${decodeURIComponent(unknown)}` },
      ]);
    },
  );

  it.each([
    ['2087-10-23T19:19:30', '2087-10-23T19:19:3717775170'],
    ['2087-10-23 19:19', '2087-10-23T19:19:3717775140'],
    ['2087-10-23T19:19:30.5+05:30', '2087-10-23T19:19:3717775170'],
    ['2087-10-23T19:19:1824491958', '2087-10-23T19:19:3717775158'],
    ['23-10-2087', '2087-01-01T00:00:3692217600'],
    ['3717775170', '2087-10-23T19:19:3717775170'],
  ])('reads %s and shows %s', async (date, shown) => {
    const answer = await moved(id, date);
    expect([answer.status, answer.body['next_run_time'], answer.body['executed']]).toEqual([200, shown, false]);
    const list = await chaos.call('GET', '/api/1/executors/');
    expect(list.text).toContain(`"id":"${id}","next_run_time":"${shown}"`);
  });

  it('takes both forms of the id', async () => {
    const dashed = id.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    expect((await moved(dashed.toUpperCase(), '2087-10-23')).body['id']).toBe(id);
  });
});

describe('POST of a plan', () => {
  const exact = { ref: 'exact_planner:ExactPlanner', args: { date: '2090-01-01T00:00' } };
  const count = async () => (await chaos.sql(`SELECT id FROM jobs`)).length;
  const bad = (over: Record<string, unknown>) => ({ name: 'p', attack: API_ATTACK, planner: exact, ...over });

  // contract 2.5
  it.each([
    [{}, "invalid payload 'name' is a required property"],
    [{ name: 'p' }, "invalid payload 'attack' is a required property"],
    [bad({ name: 7 }), "invalid payload 7 is not of type 'string'"],
    [bad({ attack: [] }), "invalid payload [] is not of type 'object'"],
    [bad({ attack: { ref: 'a:b' } }), "invalid payload 'args' is a required property"],
    [bad({ planner: { args: {} } }), "invalid payload 'ref' is a required property"],
    [
      bad({ planner: { ref: 'exact_planner:Nobody', args: {} } }),
      'invalid planner Error resolving reference exact_planner:Nobody: not found in modules',
    ],
    [
      bad({ attack: { ref: 'api_request:Nobody', args: {} } }),
      'invalid planner Error resolving reference api_request:Nobody: not found in modules',
    ],
    [
      bad({ planner: { ref: 'nocolon', args: {} } }),
      'invalid planner Error resolving reference nocolon: not found in modules',
    ],
    [bad({ attack: { ref: API_ATTACK.ref, args: {} } }), "invalid payload 'endpoint' is a required property"],
    [
      bad({ attack: { ref: API_ATTACK.ref, args: { ...API_ATTACK.args, payload: 'a=b' } } }),
      "invalid payload 'a=b' is not of type 'object'",
    ],
    [
      bad({ planner: { ref: exact.ref, args: { ref: 5, date: '2090-01-01' } } }),
      "invalid payload 5 is not of type 'string'",
    ],
    [bad({ planner: { ref: exact.ref, args: {} } }), "invalid payload 'date' is a required property"],
    [bad({ planner: { ref: exact.ref, args: { date: 'soon' } } }), 'Invalid date format'],
    [
      bad({ planner: { ref: 'simple_planner:SimplePlanner', args: { min_time: 'x', max_time: '1:00', times: 1 } } }),
      "invalid payload time data 'x' does not match format '%H:%M'",
    ],
    [bad({ name: '' }), "invalid payload name '' is too short: expected are 1 to 200 characters"],
    ['{', 'payload must be a valid json'],
    ['null', "invalid payload None is not of type 'object'"],
  ])('%j is refused with %s, and leaves nothing behind', async (body, msg) => {
    const before = await count();
    expect(said(await chaos.call('POST', '/api/1/plans/', { body }))).toEqual([400, { msg }]);
    expect(await count()).toBe(before);
  });

  it.each([
    ['U+0000 in a name', { name: 'a\0b' }],
    ['half of a surrogate pair', { name: '\ud800' }],
    ['U+0000 in arguments', { attack: { ...API_ATTACK, args: { ...API_ATTACK.args, payload: { a: '\0' } } } }],
    ['deep nesting', { attack: JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`) as unknown }],
    ['a reserved key', { attack: JSON.parse('{"ref":"api_request:ApiRequest","args":{"__proto__":{}}}') as unknown }],
    ['a name of 201 characters', { name: 'x'.repeat(201) }],
  ])('%s is 400 and leaves nothing behind', async (_what, over) => {
    const before = await count();
    const answer = await chaos.call('POST', '/api/1/plans/', { body: bad(over) });
    expect([answer.status, Object.keys(answer.body)]).toEqual([400, ['msg']]);
    expect(await count()).toBe(before);
  });

  it('makes as many executors as the simple planner is told, within today', async () => {
    const args = { min_time: '00:00', max_time: '23:59', times: 4 };
    const { executors } = await chaos.plan({ name: 'four', planner: { ref: 'simple_planner:SimplePlanner', args } });
    expect(executors).toHaveLength(4);
    const names = await chaos.sql<{ name: string }>(`SELECT name FROM triggers WHERE name LIKE 'four%' ORDER BY name`);
    expect(names.map(({ name }) => name)).toEqual(['four-1', 'four-2', 'four-3', 'four-4']);
  });
});

describe('attacks and planners', () => {
  it('list what the original ships, each with a schema that its example fits', async () => {
    const attacks = await chaos.call('GET', '/api/1/attacks/');
    expect(attacks.headers.get('content-type')).toBe('application/hal+json');
    expect(attacks.body['_links']).toEqual({ self: { href: '/api/1/attacks/' } });
    const list = attacks.body['attacks'] as { ref: string; example: unknown; schema: { type: string } }[];
    expect(list.map(({ ref }) => ref)).toEqual([
      'api_request:ApiRequest',
      'run_script:RunScript',
      'terminate_ec2_instance:TerminateEC2Instance',
      'terminate_ec2_instance_not_excluded:TerminateEC2InstanceNotExcluded',
    ]);
    for (const { example } of list) await chaos.plan({ attack: example });
    const planners = (await chaos.call('GET', '/api/1/planners/')).body;
    expect(planners['_links']).toEqual({ self: { href: '/api/1/planners/' } });
    expect((planners['planners'] as { ref: string }[]).map(({ ref }) => ref)).toEqual([
      'exact_planner:ExactPlanner',
      'simple_planner:SimplePlanner',
    ]);
    for (const { example } of planners['planners'] as { example: unknown }[]) await chaos.plan({ planner: example });
  });
});

describe('paths and methods', () => {
  it.each(['executors', 'plans', 'attacks', 'planners'])('the way to %s leads over the slash', async (name) => {
    const answer = await chaos.call('GET', `/api/1/${name}?all=true&x`);
    expect([answer.status, answer.headers.get('location')]).toEqual([308, `/api/1/${name}/?all=true&x`]);
    const head = await chaos.call('HEAD', `/api/1/${name}/`);
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it.each([
    ...['/api/1', '/api/1/', '/api/1/nothing', '/api/1/nothing/', '/api/1//executors/', '/api/1/executors//'],
    ...['/api/1/plans/x/', '/api/1/plans/x/y', '/api/1/attacks/x', '/api/1/no/such/path', '/api/1/without/slash/plans'],
  ])('%s is nowhere', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await chaos.call(method, path);
      expect([path, answer.status, Object.keys(answer.body)]).toEqual([path, 404, ['msg']]);
    }
  });

  it.each([
    ['GET', 'executors/123', 'DELETE, OPTIONS, PUT'],
    ['POST', 'executors/', 'GET, HEAD, OPTIONS'],
    ['PUT', 'plans/123', 'DELETE, GET, HEAD, OPTIONS'],
    ['DELETE', 'plans/', 'GET, HEAD, OPTIONS, POST'],
    ['POST', 'attacks/', 'GET, HEAD, OPTIONS'],
    ['DELETE', 'plans', 'GET, HEAD, POST'],
  ])('%s %s is 405', async (method, path, allow) => {
    const answer = await chaos.call(method, `/api/1/${path}`);
    expect([answer.status, answer.headers.get('allow'), Object.keys(answer.body)]).toEqual([405, allow, ['msg']]);
  });

  it('answers OPTIONS with the methods', async () => {
    const answer = await chaos.call('OPTIONS', '/api/1/plans/');
    expect([answer.status, answer.text, answer.headers.get('allow')]).toEqual([200, '', 'GET, HEAD, OPTIONS, POST']);
  });

  it('keeps method and body over a redirect, as curl does', async () => {
    const body = {
      name: 'over the slash',
      attack: API_ATTACK,
      planner: { ref: 'exact_planner:ExactPlanner', args: { date: '2090-01-01' } },
    };
    const args = [
      '-sSL',
      '-X',
      'POST',
      '-H',
      'Content-Type: application/json',
      '-d',
      JSON.stringify(body),
      `${chaos.url}/api/1/plans`,
    ];
    const { stdout } = await promisify(execFile)('curl', args);
    expect(JSON.parse(stdout)).toEqual({ msg: 'ok' });
  });
});

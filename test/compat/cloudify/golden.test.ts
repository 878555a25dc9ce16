// Requests and answers of the document and of the contract's rules, field for field. `<name:pattern>` in an answer takes what stands there;
// `<name>` afterwards is that.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startCloudifyApp, type CloudifyApp } from './cloudify-app.js';

interface Exchange {
  readonly source: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly answer: { readonly status: number; readonly body: unknown };
}

const PATTERNS: Readonly<Record<string, string>> = {
  id: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z',
  text: '.{10,}',
  secret: 'cr_[\\w-]+',
};

let app: CloudifyApp;
beforeAll(async () => {
  app = await startCloudifyApp();
});
afterAll(() => app.close());

/** `expected` with its open places filled from `actual` where that fits. */
function filled(expected: unknown, actual: unknown, taken: Map<string, unknown>): unknown {
  if (Array.isArray(expected)) return expected.map((item, i) => filled(item, (actual as unknown[])[i], taken));
  if (typeof expected === 'object' && expected !== null)
    return Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [
        key,
        filled(value, (actual as Record<string, unknown>)[key], taken),
      ]),
    );
  const [, name, pattern] = typeof expected === 'string' ? (/^<(\w+)(?::(\w+))?>$/.exec(expected) ?? []) : [];
  if (name === undefined) return expected;
  if (pattern !== undefined && new RegExp(`^${PATTERNS[pattern] ?? ''}$`).test(String(actual))) taken.set(name, actual);
  return taken.get(name) ?? expected;
}

describe('the golden file', () => {
  it('is answered step by step', async () => {
    const taken = new Map<string, unknown>();
    const exchanges = JSON.parse(
      readFileSync(new URL('golden/executions.json', import.meta.url), 'utf8'),
    ) as Exchange[];
    for (const { source, request, answer } of exchanges) {
      const path = request.path.replaceAll(/<(\w+)>/g, (_all, name: string) => String(taken.get(name)));
      const got = await app.call(request.method, path, {
        headers: { tenant: 'default_tenant', 'content-type': 'application/json' },
        body: request.body,
      });
      const expected = filled(answer.body, got.body, taken);
      expect({ source, status: got.status, body: got.body }).toEqual({ source, status: answer.status, body: expected });
    }
  });
});

describe('the document', () => {
  it('has curl lines that work as they are, but for the host', async () => {
    await app.deploy('dep');
    const curl = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { stdout } = await promisify(execFile)('curl', ['-sS', ...args]);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const all = ['--header', 'Tenant: default_tenant', '-u', 'admin:admin'];
    const json = ['--header', 'Content-Type: application/json'];
    const url = `${app.url}/api/v3/executions`;
    const body = '{"deployment_id": "dep", "workflow_id": "install"}';
    const { id } = await curl('-X', 'POST', ...all, ...json, '-d', body, `${url}?_include=id`);
    await app.reaches(id, 'terminated');
    expect(await curl('-X', 'GET', ...all, `${url}/${String(id)}?_include=id`)).toEqual({ id });
    const again = await app.start('dep', 'install', { scheduled_time: '209901010000+0000' });
    const path = `${url}/${String(again.body['id'])}?_include=id`;
    const cancelled = await curl(
      '-X',
      'POST',
      ...all,
      ...json,
      '-d',
      '{"deployment_id": "dep", "action": "cancel"}',
      path,
    );
    expect(cancelled).toEqual({ id: again.body['id'] });
    expect(await curl('-X', 'PATCH', ...all, ...json, '-d', '{"status": "cancelled"}', path)).toEqual(cancelled);
  });
});

describe('refusals', () => {
  const START = { deployment_id: 'strict', workflow_id: 'w' };
  beforeAll(() =>
    app.deploy('strict', {
      driver: 'client',
      workflows: {
        w: {
          parameters: {
            count: { type: 'integer', default: 1, constraints: [{ in_range: [1, 9] }] },
            name: { type: 'string', required: false },
          },
        },
        needy: { parameters: { must: {} } },
        shut: { availability_rules: { available: false } },
      },
    }),
  );

  // contract A1, A3
  it.each([
    [{}, 'bad_parameters_error', 'deployment_id'],
    [{ ...START, deployment_id: null }, 'bad_parameters_error', 'deployment_id'],
    [{ ...START, deployment_id: 5 }, 'bad_parameters_error', 'deployment_id'],
    [{ ...START, workflow_id: undefined }, 'bad_parameters_error', 'workflow_id'],
    [{ ...START, parameters: [] }, 'bad_parameters_error', 'parameters'],
    [{ ...START, parameters: 'x' }, 'bad_parameters_error', 'parameters'],
    [{ ...START, force: 'maybe' }, 'bad_parameters_error', 'force'],
    [{ ...START, force: 1 }, 'bad_parameters_error', 'force'],
    [{ ...START, queue: [] }, 'bad_parameters_error', 'queue'],
    [{ ...START, dry_run: 'yes' }, 'bad_parameters_error', 'dry_run'],
    [{ ...START, allow_custom_parameters: {} }, 'bad_parameters_error', 'allow_custom_parameters'],
    [{ ...START, wait_after_fail: 'soon' }, 'bad_parameters_error', 'wait_after_fail'],
    [{ ...START, force_status: 'odd' }, 'bad_parameters_error', 'force_status'],
    [{ ...START, scheduled_time: '202001010000+0000' }, 'bad_parameters_error', 'passed'],
    [{ ...START, schedule: '209901010000' }, 'bad_parameters_error', 'scheduled_time'],
    [{ ...START, workflow_id: 'other', parameters: { odd: 1 } }, 'nonexistent_workflow_error', 'other'],
    [{ ...START, workflow_id: 'shut' }, 'unavailable_workflow_error', 'shut'],
    [{ ...START, parameters: { odd: 1, even: 2 } }, 'illegal_execution_parameters_error', 'odd, even'],
    [{ ...START, parameters: { count: 'x' } }, 'illegal_execution_parameters_error', 'count'],
    [{ ...START, parameters: { count: 10 } }, 'illegal_execution_parameters_error', 'in_range'],
    [
      { ...START, workflow_id: 'needy', parameters: { x: 1 }, allow_custom_parameters: 'TRUE' },
      'illegal_execution_parameters_error',
      'must',
    ],
    [[], 'bad_parameters_error', 'object'],
    ['{', 'bad_parameters_error', 'JSON'],
    ['{"deployment_id": "a\\u0000"}', 'bad_parameters_error', 'deployment_id'],
  ])('of the start %j: %s', async (body, code, word) => {
    const before = await app.sql('SELECT count(*) FROM executions');
    const [status, errorCode, message] = refusal(await app.ask('POST', '/executions', body));
    expect([status, errorCode]).toEqual([400, code]);
    expect(message).toContain(word);
    expect(await app.sql('SELECT count(*) FROM executions')).toEqual(before);
  });

  it('come in the original’s order', async () => {
    const order: [unknown, string, number, string][] = [
      [{ deployment_id: 'nobodys' }, '?_include=odd', 400, 'no_such_include_field_error'],
      [{ deployment_id: 'nobodys' }, '', 400, 'bad_parameters_error'],
      [{ deployment_id: 'nobodys', workflow_id: 'none' }, '', 404, 'not_found_error'],
      [{ deployment_id: 'strict', workflow_id: 'none', parameters: { odd: 1 } }, '', 400, 'nonexistent_workflow_error'],
    ];
    for (const [body, query, status, code] of order)
      expect(refusal(await app.ask('POST', `/executions${query}`, body)).slice(0, 2)).toEqual([status, code]);
    const { body } = await app.start('strict', 'w', { parameters: { count: '5' } });
    expect(body['parameters']).toEqual({ count: 5 });
    expect(refusal(await app.start('strict', 'w', { parameters: { odd: 1 } }))[1]).toBe(
      'illegal_execution_parameters_error',
    );
    expect(refusal(await app.start('strict', 'w'))[1]).toBe('existing_running_execution_error');
    const custom = await app.start('strict', 'w', {
      parameters: { odd: 1 },
      allow_custom_parameters: 'True',
      force: true,
    });
    expect([custom.body['parameters'], custom.body['allow_custom_parameters']]).toEqual([{ count: 1, odd: 1 }, true]);
  });

  it.each([
    ['GET', '?_sort=odd', 'odd'],
    ['GET', '?odd=1', 'odd'],
    ['GET', '?_size=-1', '_size'],
    ['GET', '?_size=1e3', '_size'],
    ['GET', '?_offset=x', '_offset'],
    ['GET', '?_include_system_workflows=maybe', '_include_system_workflows'],
    ['GET', '?deployment_id=%00', 'deployment_id'],
    ['GET', '?_sort=id&_sort=status&_sort=error&_sort=created_by', '_sort'],
    ['DELETE', '?status=started', 'status'],
    ['DELETE', '?error=x', 'error'],
  ])('of %s /executions%s', async (method, query, word) => {
    const [status, code, message] = refusal(await app.ask(method, `/executions${query}`));
    expect([status, code]).toEqual([400, 'bad_parameters_error']);
    expect(message).toContain(word);
  });

  it.each([
    [{ keep_last: 0 }, 'keep_last'],
    [{ keep_last: -1 }, 'keep_last'],
    [{ keep_last: 1, to_datetime: '2026-01-01T00:00:00Z' }, 'both'],
    [{ to_datetime: 'yesterday' }, 'to_datetime'],
  ])('of a deletion with %j', async (body, word) => {
    expect(refusal(await app.ask('DELETE', '/executions', body))).toEqual([
      400,
      'bad_parameters_error',
      expect.stringContaining(word),
    ]);
  });

  it('are 415 for what is not announced as JSON', async () => {
    for (const [method, path] of [
      ['POST', '/executions'],
      ['PUT', '/deployments/x'],
      ['PATCH', '/executions/1'],
      ['POST', '/executions/1'],
    ] as const)
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])
        expect(refusal(await app.ask(method, path, '{}', { 'content-type': type })).slice(0, 2)).toEqual([
          415,
          'unsupported_content_type_error',
        ]);
    const widened = await app.ask('POST', '/executions', '{}', { 'content-type': 'application/json; charset=utf-8' });
    expect(refusal(widened)[1]).toBe('bad_parameters_error');
  });

  it.each(['1', 'x'.repeat(3000), '..%2F', 'ca3d7413', '%F0%9F%92%A9'])(
    'of the id %s are 404 everywhere',
    async (id) => {
      for (const [method, body] of [['GET'], ['POST', { action: 'cancel' }], ['PATCH', { status: 'odd' }]] as const) {
        const [status, code] = refusal(await app.ask(method, `/executions/${id}`, body));
        expect([status, code]).toEqual([404, 'not_found_error']);
      }
      expect((await app.ask('GET', `/deployments/${id}`)).status).toBe(404);
    },
  );

  it('tell no tenant and unknown ones apart from nothing else, in the open mode too', async () => {
    for (const headers of [{}, { tenant: '' }, { tenant: 'nobodys' }, { tenant: 'x'.repeat(100) }] as Record<
      string,
      string
    >[]) {
      const answer = await app.call('GET', '/api/v3.1/executions?_include=odd', { headers });
      expect(refusal(answer).slice(0, 2)).toEqual([403, 'forbidden_error']);
      if (headers['tenant']) expect(answer.body['message']).toContain(headers['tenant']);
    }
    expect((await app.call('GET', '/api/version')).body).toMatchObject({ edition: 'community' });
  });

  it.each([
    '/api/v3',
    '/api/v3.1',
    '/api/v3.1/',
    '/api/v3.1/version',
    '/api/v3.1/executions//x',
    '/api/v3.1/nothing',
    '/api/version/',
  ])('at %s are in the words of the nearest API', async (path) => {
    const answer = await app.call('GET', path, { headers: { tenant: 'default_tenant' } });
    expect(answer.status).toBe(404);
    if (path.startsWith('/api/v3')) expect(answer.body['error_code']).toBe('not_found_error');
  });

  it('of wrong methods are 405', async () => {
    for (const [method, path] of [
      ['PUT', '/executions'],
      ['DELETE', '/executions/1'],
      ['POST', '/deployments/x'],
    ] as const)
      expect(refusal(await app.ask(method, path, {}))[0]).toBe(405);
    expect((await app.call('HEAD', '/api/v3/executions', { headers: { tenant: 'default_tenant' } })).status).toBe(200);
  });
});

describe('deployments', () => {
  it.each([
    ['x', {}, 400, 'blueprint_id'],
    ['x', { blueprint_id: 'unknown' }, 404, 'Blueprint'],
    ['x', { blueprint_id: 'hello-world', workflows: [] }, 400, 'workflows'],
    ['x', { blueprint_id: 'hello-world', workflows: { w: 5 } }, 400, 'workflows.w'],
    ['x', { blueprint_id: 'hello-world', workflows: { w: { operation: 'a b' } } }, 400, 'operation'],
    ['x', { blueprint_id: 'hello-world', workflows: { w: { args: 'x' } } }, 400, 'args'],
    [
      'x',
      { blueprint_id: 'hello-world', workflows: { w: { arguments: ['a'] } } },
      400,
      'workflows.w has no "arguments" (which is ["a"]); what it can have is operation, args',
    ],
    ['x', { blueprint_id: 'hello-world', workflows: { v: {}, w: { constructor: 1 } } }, 400, '"constructor"'],
    ['x', { blueprint_id: 'hello-world', workflows: { w: { parameters: { p: 5 } } } }, 400, '"p"'],
    ['x', { blueprint_id: 'hello-world', workflows: { ' ': {} } }, 400, 'workflow'],
    ['x', { blueprint_id: 'hello-world', driver: 'me' }, 400, 'driver'],
    ['x', { blueprint_id: 'hello-world', inputs: 5 }, 400, 'inputs'],
    ['ca3d7413-c8af-41a3-b864-571cef25899b', { blueprint_id: 'hello-world' }, 400, 'UUID'],
    ['x'.repeat(101), { blueprint_id: 'hello-world' }, 400, 'called'],
    ['%01', { blueprint_id: 'hello-world' }, 400, 'called'],
  ])('%s cannot be %j', async (id, body, status, word) => {
    const answer = refusal(await app.ask('PUT', `/deployments/${id}`, body));
    expect([answer[0], answer[2]]).toEqual([status, expect.stringContaining(word)]);
    expect(await app.sql(`SELECT 1 FROM job_groups WHERE name = 'x'`)).toEqual([]);
  });

  it('are made once, listed, and deleted when nothing of them runs', async () => {
    await app.deploy('d one', { driver: 'client', description: 'what it is' });
    expect(refusal(await app.ask('PUT', '/deployments/d%20one', { blueprint_id: 'hello-world' })).slice(0, 2)).toEqual([
      409,
      'conflict_error',
    ]);
    const list = await app.ask(
      'GET',
      '/deployments?id=d%20one&blueprint_id=hello-world&_include=id,description&_sort=-id',
    );
    expect(list.body['items']).toEqual([{ id: 'd one', description: 'what it is' }]);
    const workflows = (await app.ask('GET', '/workflows?id=d%20one')).body['items'] as { name: string }[];
    expect(workflows.map(({ name }) => name)).toEqual(['install', 'uninstall', 'execute_operation']);
    const { body } = await app.start('d one', 'install');
    expect(refusal(await app.ask('DELETE', '/deployments/d%20one')).slice(0, 2)).toEqual([
      400,
      'dependent_exists_error',
    ]);
    await app.ask('PATCH', `/executions/${String(body['id'])}`, { status: 'terminated' });
    expect((await app.ask('DELETE', '/deployments/d%20one')).status).toBe(200);
    expect((await app.ask('GET', '/deployments/d%20one')).status).toBe(404);
    expect(refusal(await app.start('d one', 'install')).slice(0, 2)).toEqual([404, 'not_found_error']);
    // The history stays.
    expect((await app.ask('GET', '/executions?deployment_id=d%20one')).body['items']).toHaveLength(1);
  });

  it('take back the workflows that they answered', async () => {
    await app.deploy('answered', { workflows: { w: { operation: 'noop', parameters: { p: { default: 1 } } } } });
    const { body } = await app.ask('GET', '/deployments/answered');
    const [workflow] = body['workflows'] as Record<string, unknown>[];
    await app.deploy('again', { workflows: { w: { ...workflow, is_cascading: false } } });
    const again = (await app.ask('GET', '/deployments/again')).body['workflows'];
    expect(again).toMatchObject([{ name: 'w', operation: 'noop', parameters: { p: { default: 1 } } }]);
  });

  it('with a workflow that makes them ready are not ready before it has ended well', async () => {
    const workflows = { create_deployment_environment: {}, install: {} };
    await app.deploy('env', { driver: 'client', workflows });
    const [row] = (await app.ask('GET', '/executions?deployment_id=env&_include_system_workflows=True')).body[
      'items'
    ] as Record<string, unknown>[];
    expect([row?.['is_system_workflow'], row?.['status']]).toEqual([true, 'pending']);
    expect(
      (await app.ask('GET', '/executions?deployment_id=env&_include_system_workflows=False')).body['items'],
    ).toEqual([]);
    expect((await app.ask('GET', '/executions?deployment_id=env&is_system_workflow=true')).body['items']).toHaveLength(
      1,
    );
    const patched = (status: string) => app.ask('PATCH', `/executions/${String(row?.['id'])}`, { status });
    expect(refusal(await app.start('env', 'install'))[1]).toBe('deployment_environment_creation_pending_error');
    await patched('started');
    expect(refusal(await app.start('env', 'install'))[1]).toBe('deployment_environment_creation_in_progress_error');
    await patched('failed');
    expect(refusal(await app.start('env', 'install')).slice(0, 2)).toEqual([400, 'deployment_creation_error']);
    await app.ask('POST', `/executions/${String(row?.['id'])}`, { action: 'resume' });
    await patched('terminated');
    expect((await app.start('env', 'install')).status).toBe(201);
  });
});

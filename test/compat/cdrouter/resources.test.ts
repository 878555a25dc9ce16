// Packages, devices and configs: what jobs refer to; and the profiles of /api/v2 behind the configs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { CdrouterClient, CONFIG, NEVER } from './cdrouter-app.js';

let native: NativeApp;
let client: CdrouterClient;
beforeAll(async () => {
  native = await startNativeApp();
  client = new CdrouterClient(native);
});
afterAll(() => native.close());

/** What the client sends for a new package of which only the name is set. */
const NULLS = {
  ...{ description: null, testlist: null, extra_cli_args: null, user_id: null, config_id: null, device_id: null },
  ...{ options: null, tags: null, use_as_testlist: null, note: null, schedule: null },
};

describe('a package', () => {
  it('is a job, with what only CDRouter knows beside it', async () => {
    const config = await client.made('configs', CONFIG);
    const options = { forever: false, loop: '2', repeat: null, shuffle: true };
    const made = await client.post('packages/', {
      ...NULLS,
      name: 'p',
      tags: ['t'],
      testlist: ['a', 'b'],
      config_id: Number(config),
      options,
    });
    expect([made.status, made.data]).toMatchObject([
      200,
      {
        ...{
          name: 'p',
          description: '',
          test_count: '2',
          testlist: ['a', 'b'],
          extra_cli_args: '',
          user_id: '1',
          agent_id: '0',
        },
        ...{ config_id: config, device_id: '0', tags: ['t'], use_as_testlist: false, note: '' },
        ...{ options: { forever: false, loop: '2', shuffle: true }, schedule: { enabled: false, spec: '' } },
        interfaces: [{ value: 'eth1' }, { value: 'wifi0' }],
      },
    ]);
    const id = String(made.data['id']);
    expect((await client.get(`packages/${id}`)).data).toEqual(made.data);
    const list = await native.call('GET', '/api/v2/jobs?q=p');
    expect((list.body['items'] as object[])[0]).toMatchObject({
      number: Number(id),
      name: 'p',
      jobClass: 'noop',
      tags: ['t'],
      interfaces: ['eth1', 'wifi0'],
    });
  });

  it('is summed up in lists, unless they are detailed', async () => {
    const id = await client.made('packages', { name: 'listed', testlist: ['x'], note: 'n' });
    const [short] = (await client.get(`packages?filter=id=${id}`)).list;
    for (const name of ['testlist', 'extra_cli_args', 'agent_id', 'options', 'note', 'interfaces'])
      expect(short).not.toHaveProperty(name);
    const [whole] = (await client.get(`packages/?filter=name=listed&limit=1&detailed=True`)).list;
    expect(whole).toEqual((await client.get(`packages/${id}/`)).data);
  });

  it('is edited: null and absence leave what is there', async () => {
    const id = await client.made('packages', { name: 'edited', testlist: ['x'], note: 'n', tags: ['t'] });
    const { data } = await client.call('PATCH', `packages/${id}/`, { body: { ...NULLS, name: 'renamed', note: 'm' } });
    expect(data).toMatchObject({ id, name: 'renamed', note: 'm', testlist: ['x'], tags: ['t'] });
    expect((await client.call('DELETE', `packages/${id}/`)).status).toBe(204);
    expect((await client.get(`packages/${id}/`)).error).toBe('no such package');
  });

  it.each([
    [{}, 400, 'name is null'],
    [{ name: '' }, 400, 'name is ""'],
    [{ name: 'x'.repeat(201) }, 400, 'at most 200 characters'],
    [{ name: 'x', tags: ['a,b'] }, 400, 'tags is "a,b"'],
    [{ name: 'x', config_id: '999999999' }, 404, 'no such config'],
    [{ name: 'x', device_id: '999999999' }, 404, 'no such device'],
    [{ name: 'x', schedule: { enabled: true, spec: 'never' } }, 400, 'schedule.spec is "never"'],
    [{ name: 'x', schedule: { enabled: true, spec: '' } }, 400, 'schedule.spec'],
    [{ name: 'x', options: { loop: 'often' } }, 400, 'options.loop is "often"'],
  ])('%j is refused', async (body, status, error) => {
    const before = (await client.get('packages/')).links['total'];
    const answer = await client.post('packages/', body);
    expect([answer.status, answer.error]).toEqual([status, expect.stringContaining(error)]);
    expect((await client.get('packages/')).links['total']).toBe(before);
  });

  it('knows no bulk operations', async () => {
    const answer = await client.post('packages/?bulk=copy', { packages: [] });
    expect([answer.status, answer.error]).toEqual([
      400,
      'bulk is "copy"; it must be absent: only jobs have bulk operations here',
    ]);
  });
});

describe('a device', () => {
  it('is an agent that gets no work', async () => {
    const { status, data } = await client.post('devices', {
      name: 'Router',
      location: 'Bench 3',
      model_name: null,
      tags: ['lab'],
      insecure_mgmt_url: true,
    });
    expect([status, data]).toMatchObject([
      200,
      { name: 'Router', location: 'Bench 3', model_name: '', tags: ['lab'], locked: false },
    ]);
    const id = String(data['id']);
    const [short] = (
      await client.get(`devices/?filter=tags@>{lab}&filter=location~Bench&filter=insecure_mgmt_url=true`)
    ).list;
    expect(short).toMatchObject({ id, name: 'Router' });
    expect(short).not.toHaveProperty('location');
    const changed = await client.call('PATCH', `devices/${id}/`, {
      body: { name: null, location: 'Bench 4', tags: [] },
    });
    expect(changed.data).toMatchObject({ id, name: 'Router', location: 'Bench 4', tags: [] });
    const agents = (await native.call('GET', '/api/v2/agents?kind=inventory')).body['items'] as object[];
    expect(agents).toMatchObject([{ name: 'Router', kind: 'inventory', slots: 0 }]);
    const pyfarm = (await native.call('GET', '/api/v1/agents/')).body as unknown as object[];
    expect(pyfarm).toMatchObject([{ hostname: 'Router', port: null }]);
    expect((await client.call('DELETE', `devices/${id}/`)).status).toBe(204);
    expect((await client.get(`devices/${id}/`)).error).toBe('no such device');
  });

  it('that is a worker of this server says itself what it is', async () => {
    const [worker] = await native.sql<{ number: string }>(
      `INSERT INTO agents (id, tenant_id, name, kind, hostname, slots, state, lease_ms)
       VALUES (gen_random_uuid(), NULL, 'worker', 'remote', 'h', 1, 'online', 30000) RETURNING number`,
    );
    const id = worker?.number ?? '';
    expect((await client.get(`devices/${id}/`)).data).toMatchObject({ id, name: 'worker', locked: true });
    for (const method of ['PATCH', 'DELETE'])
      expect(
        (await client.call(method, `devices/${id}/`, method === 'PATCH' ? { body: { name: 'x' } } : {})).status,
      ).toBe(409);
  });
});

describe('a config', () => {
  it('is a profile of /api/v2', async () => {
    const id = await client.made('configs', {
      name: 'seen',
      contents: 'testvar lanInterface eth9',
      tags: ['t'],
      note: 'n',
    });
    const { list } = await client.get('configs/?filter=name=seen&filter=tags@>{t}');
    expect(list).toMatchObject([{ id, name: 'seen', tags: ['t'], user_id: '1' }]);
    expect(list[0]).not.toHaveProperty('contents');
    const profiles = (await native.call('GET', '/api/v2/profiles?limit=200')).body['items'] as {
      id: string;
      number: number;
    }[];
    const profile = profiles.find(({ number }) => number === Number(id));
    expect(profile).toMatchObject({ name: 'seen', contents: 'testvar lanInterface eth9', version: 1 });
    const path = `/api/v2/profiles/${profile?.id ?? ''}`;
    const patched = await native.call('PATCH', path, {
      body: { contents: 'testvar lanInterface eth8' },
      headers: { 'if-match': '"1"' },
    });
    expect([patched.status, patched.headers.get('etag')]).toEqual([200, '"2"']);
    expect((await native.call('PUT', path, { body: { name: 'seen' }, headers: { 'if-match': '"1"' } })).status).toBe(
      412,
    );
    expect((await client.get(`configs/${id}/`)).data).toMatchObject({
      contents: 'testvar lanInterface eth8',
      tags: ['t'],
      note: 'n',
    });
    expect((await native.call('DELETE', path)).status).toBe(204);
    expect((await client.get(`configs/${id}/`)).error).toBe('no such config');
  });

  it('has a name of its own', async () => {
    await client.made('configs', { name: 'taken' });
    expect(await client.post('configs/', { name: 'taken' })).toMatchObject({
      status: 409,
      error: 'There is a profile "taken" already.',
    });
    expect((await native.call('POST', '/api/v2/profiles', { body: { name: 'taken' } })).status).toBe(409);
    expect((await native.call('POST', '/api/v2/profiles', { body: { name: 7 } })).status).toBe(400);
  });

  it('lends its name and interfaces to jobs that stay as they were launched', async () => {
    const config = await client.made('configs', { name: 'lent', contents: 'testvar lanInterface eth1' });
    const id = await client.launch(await client.made('packages', { name: 'lends' }), {
      config_id: config,
      run_at: NEVER,
    });
    await client.call('PATCH', `configs/${config}/`, { body: { name: 'renamed', contents: '' } });
    await client.call('DELETE', `configs/${config}/`);
    expect((await client.get(`jobs/${id}/`)).data).toMatchObject({
      config_id: config,
      config_name: 'lent',
      interface_names: ['eth1'],
    });
  });
});

describe('whatever is sent', () => {
  const VALUES = [true, -1, 1e300, 'x', '\u0000', [null], { a: 1 }, '9'.repeat(20)];
  const FIELDS = [
    'package_id',
    'config_id',
    'options',
    'run_at',
    'jobs',
    'fields',
    'name',
    'tags',
    'schedule',
    '__proto__',
  ];

  it('is answered with an error of this API, never with a fault of the server', async () => {
    const p = await client.made('packages', { name: 'target' });
    const j = await client.launch(p, { run_at: NEVER });
    const d = await client.made('devices', { name: 'target' });
    const targets = [
      ['POST', 'jobs/'],
      ['POST', 'jobs/?process=interfaces'],
      ['POST', 'jobs/?bulk=launch'],
      ['POST', 'jobs/?bulk=delete'],
      ['PATCH', `jobs/${j}/`],
      ['POST', 'packages/'],
      ['PATCH', `packages/${p}/`],
      ['POST', 'devices/'],
      ['PATCH', `devices/${d}/`],
      ['POST', 'configs/'],
    ] as const;
    const text = (fields: readonly string[], value: unknown): string =>
      `{"package_id": ${p}, ${fields.map((field) => `${JSON.stringify(field)}: ${JSON.stringify(value)}`).join(', ')}}`;
    const bodies = [
      ...VALUES.map((value) => text(FIELDS, value)),
      ...FIELDS.flatMap((field, i) => [i, i + 3].map((at) => text([field], VALUES[at % VALUES.length]))),
    ];
    for (const [method, path] of targets) {
      const bad: unknown[] = [];
      for (let i = 0; i < bodies.length; i += 16) {
        const part = bodies.slice(i, i + 16);
        const answers = await Promise.all(part.map((body) => client.call(method, path, { body })));
        bad.push(
          ...answers.flatMap(({ status, error }, k) =>
            status < 300 || (status < 500 && error !== '') ? [] : [{ path, body: part[k], status }],
          ),
        );
      }
      expect(bad).toEqual([]);
    }
  });

  it.each(['not json', '[]', '"x"', '{"a":', '7'])('the body %s is refused', async (body) => {
    const { status, error } = await client.call('POST', 'jobs/', { body });
    expect([status, error.length > 0]).toEqual([400, true]);
  });

  it.each([
    ['GET', 'jobs/%00/', 400],
    ['GET', 'jobs/%ff/', 400],
    ['GET', 'jobs/x/', 404],
    ['GET', 'jobs/-1/', 404],
    ['GET', 'jobs/1/2/', 404],
    ['GET', `jobs/${'9'.repeat(600)}/`, 404],
    ['GET', 'packages/x/y/', 404],
    ['PUT', 'jobs/', 405],
    ['POST', 'jobs/1/', 405],
    ['DELETE', 'devices/', 405],
    ['GET', 'jobs/99999999999999999999/', 404],
  ])('%s %s: %i', async (method, path, status) => {
    const answer = await client.call(method, path);
    expect(answer.status).toBe(status);
    expect(typeof answer.answer.body['error']).toBe('string');
  });
});

// Agents as PyFarm's tags need them: announced, known, tagged, never given work.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentRegistry } from '../../../src/agents/agent-registry.service.js';
import { startNativeApp, type Answer, type NativeApp } from '../../http/native-app.js';
import { ANNOUNCED, PyfarmClient } from './pyfarm-client.js';

let native: NativeApp;
let client: PyfarmClient;
let worker: string;
beforeAll(async () => {
  native = await startNativeApp();
  client = new PyfarmClient(native);
  worker = await native.app.get(AgentRegistry).register({
    name: 'host:1',
    kind: 'embedded',
    hostname: 'host',
    pid: 1,
    processIdentity: 'born',
    slots: 4,
    tags: ['linux'],
    leaseMs: 30_000,
    tenantId: null,
  });
});
afterAll(() => native.close());

const announce = (over: object = {}): Promise<Answer> =>
  client.post('/agents/', { ...ANNOUNCED, id: randomUUID(), ...over });

describe('announcing an agent', () => {
  it('makes it, with a value in every column', async () => {
    const id = randomUUID();
    const answer = await announce({ id, remote_ip: '10.196.200.115', state: 203, gpus: ['Voodoo 2'] });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...{ ...ANNOUNCED, id, remote_ip: '10.196.200.115', state: 'running', tags: [] },
      ...{ cpu_allocation: 1, ram_allocation: 0.8, use_address: 'remote', time_offset: 0, notes: '' },
      ...{ version: null, upgrade_to: null, os_class: null, os_fullname: null, cpu_name: null },
      ...{ last_polled: null, last_success_on: null, restart_requested: false },
      last_heard_from: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/) as string,
    });
    expect(await client.get(`/agents/${id}`)).toEqual({ ...answer.body, gpus: ['Voodoo 2'], disks: [] });
    expect(await client.get(`/agents/${id.replaceAll('-', '')}`)).toMatchObject({ id });
  });

  it('updates it when it comes again, and lays the new over the old', async () => {
    const id = randomUUID();
    await announce({ id, notes: 'kept' });
    const again = await announce({ id, free_ram: 7, hostname: 'renamed' });
    expect([again.status, again.body]).toMatchObject([200, { free_ram: 7, hostname: 'renamed', notes: 'kept' }]);
    expect((await announce({ id, free_ram: 7, hostname: 'renamed' })).status).toBe(200);
  });

  it('refuses its id with another port', async () => {
    const id = randomUUID();
    await announce({ id });
    const answer = await announce({ id, port: 50_001 });
    expect([answer.status, answer.body['error']]).toEqual([400, expect.stringContaining(id)]);
    expect(await client.get(`/agents/${id}`)).toMatchObject({ port: 50_000 });
  });

  it('makes one of many announcements at once', async () => {
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => announce({ id })));
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([...Array.from({ length: 9 }, () => 200), 201]);
  });

  it('takes the address of the peer for an agent of PyFarm alone, and no loopback', async () => {
    const headers = { 'user-agent': 'PyFarm/1.0 (agent)' };
    const answer = await client.call('POST', '/agents/', { body: { ...ANNOUNCED, id: randomUUID() }, headers });
    expect([answer.status, answer.body['remote_ip']]).toEqual([201, null]);
  });

  it.each([
    [{ id: undefined }, '`id` not provided'],
    [{ id: 'x' }, '`id` must be a UUID'],
    [{ hostname: undefined, ram: undefined }, `request is missing field(s): {'hostname', 'ram'}`],
    [{ bogus: 1 }, `request contains field(s) that do not exist: {'bogus'}`],
    [{ tags: ['x'] }, `column(s) not allowed for this request: {'tags'}`],
    [{ ram: '1' }, `field 'ram' has type <class 'str'> but we expected type(s) <class 'int'>`],
    [{ cpus: 1.5 }, `field 'cpus' has type <class 'float'> but we expected type(s) <class 'int'>`],
    [{ port: 80 }, 'value for `port` must be between 1024 and 65535, got 80'],
    [{ cpus: 257 }, 'value for `cpus` must be between 1 and 256, got 257'],
    [{ hostname: 'under_score' }, `'under_score' is not a valid hostname`],
    [{ farm_name: 'ours' }, 'Wrong farm name'],
    [{ state: 'asleep' }, 'value for `state` must be one of'],
    [{ remote_ip: '127.0.0.1' }, `'127.0.0.1' is not a usable IPv4 address`],
    [{ gpus: 'one' }, '`gpus` must be a list of strings'],
    [{ disks: [{}] }, '`disks` must be a list of objects'],
    [{ notes: 'x'.repeat(40_000) }, '/attributes take'],
    [{ notes: 'a\u0000b' }, '/notes contains the character U+0000'],
  ])('refuses %j and stores nothing', async (over, error) => {
    const id = randomUUID();
    const answer = await announce({ id, ...over });
    expect([answer.status, answer.body['error']]).toEqual([400, expect.stringContaining(error)]);
    expect((await client.call('GET', `/agents/${id}`)).status).toBe(404);
  });
});

describe('the list of agents', () => {
  const hostnames = async (query: string): Promise<string[]> =>
    ((await client.get(`/agents/?${query}`)) as { hostname: string }[]).map(({ hostname }) => hostname);

  it('is filtered as asked', async () => {
    await announce({ hostname: 'small', ram: 100, cpus: 1, port: 51_000 });
    await announce({ hostname: 'big', ram: 200_000, cpus: 200, port: 51_000, remote_ip: '10.9.8.7' });
    expect((await hostnames('port=51000')).sort()).toEqual(['big', 'small']);
    expect(await hostnames('port=51000&min_ram=101')).toEqual(['big']);
    expect(await hostnames('port=51000&max_cpus=1')).toEqual(['small']);
    expect(await hostnames('remote_ip=10.9.8.7')).toEqual(['big']);
    expect(await hostnames('hostname=small&bogus=1')).toEqual(['small']);
    expect((await client.call('GET', '/agents/?min_ram=much')).body['error']).toBe(
      `Failed to convert the url argument \`min_ram\` using [<class 'int'>]: invalid literal for int() with base 10: 'much'`,
    );
  });

  it('holds the workers of this server too', async () => {
    expect(await client.get('/agents/?hostname=host')).toEqual([
      { id: worker, hostname: 'host', port: null, remote_ip: null },
    ]);
    expect(await client.get(`/agents/${worker}`)).toMatchObject({ cpus: 4, ram: null, state: 'online' });
  });
});

describe('changing an agent', () => {
  it('keeps what is absent and replaces the tags, making those that are missing', async () => {
    const id = await client.agent();
    const first = await client.post(`/agents/${id}`, { ram: 1234, tags: ['fast', 'Loud'] });
    expect([first.status, first.body]).toMatchObject([200, { ram: 1234, cpus: 14, tags: ['Loud', 'fast'] }]);
    const second = await client.post(`/agents/${id}`, { tags: ['fast', 'quiet'] });
    expect(second.body).toMatchObject({ ram: 1234, tags: ['fast', 'quiet'] });
    expect(await client.get('/tags/Loud')).toMatchObject({ agents: [] });
    expect(await client.get('/tags/quiet')).toMatchObject({ agents: [{ id, hostname: 'agent3' }] });
    expect((await client.post(`/agents/${id}`, {})).body['tags']).toEqual(['fast', 'quiet']);
  });

  it('changes nothing when a tag cannot be', async () => {
    const id = await client.agent();
    expect((await client.post(`/agents/${id}`, { ram: 999, tags: ['fine', 'a,b'] })).status).toBe(400);
    expect(await client.get(`/agents/${id}`)).toMatchObject({ ram: 2157, tags: [] });
    expect((await client.call('GET', '/tags/fine')).status).toBe(404);
  });

  it('changes of a worker its tags alone', async () => {
    expect((await client.post(`/agents/${worker}`, { tags: ['attached'] })).body['tags']).toEqual(['attached']);
    expect((await client.post(`/agents/${worker}`, { ram: 999 })).status).toBe(400);
    expect((await announce({ id: worker })).status).toBe(400);
    expect((await client.call('DELETE', `/agents/${worker}`)).status).toBe(400);
    expect((await native.call('GET', `/api/v2/agents/${worker}`)).body).toMatchObject({
      ...{ kind: 'embedded', state: 'online', tags: ['attached', 'linux'], attachedTags: ['attached'] },
    });
  });

  it('finds none that is not there', async () => {
    const id = randomUUID();
    const answer = await client.post(`/agents/${id}`, {});
    expect([answer.status, answer.body]).toEqual([404, { error: `Agent ${id} not found` }]);
    expect((await client.call('GET', '/agents/x')).body).toEqual({ error: 'Agent x not found' });
  });
});

describe('forgetting an agent', () => {
  it('takes it out of the lists of tags, and does nothing twice', async () => {
    const id = await client.agent();
    await client.post(`/agents/${id}`, { tags: ['parting'] });
    for (const path of [`/agents/${id}`, `/agents/${id}`, '/agents/x'])
      expect((await client.call('DELETE', path)).status).toBe(204);
    expect(await client.get('/tags/parting')).toMatchObject({ agents: [] });
    await announce({ id });
    expect(await client.get(`/agents/${id}`)).toMatchObject({ tags: [] });
  });
});

describe('an announced agent', () => {
  it('is shown in /api/v2 as what it is, and is no worker to anybody', async () => {
    const id = await client.agent({ hostname: 'inventory' });
    expect((await native.call('GET', `/api/v2/agents/${id}`)).body).toMatchObject({
      ...{ id, name: 'inventory', kind: 'inventory', state: 'announced', slots: 0, leaseMs: null, endedAt: null },
      attributes: { ram: 2157, cpus: 14 },
    });
    expect(await native.sql('SELECT 1 FROM agents WHERE id = $1', [id])).toEqual([]);
    const registry = native.app.get(AgentRegistry);
    expect(await registry.heartbeat(id)).toBe('lost');
    expect((await registry.markLost()).map((lost) => lost.id)).not.toContain(id);
    const online = (await native.call('GET', '/api/v2/agents?state=online')).body['items'] as { id: string }[];
    expect(online.map((one) => one.id)).not.toContain(id);
  });

  it('comes in pages with the workers', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const answer = await native.call('GET', `/api/v2/agents?limit=3${cursor}`);
      const page = answer.body as unknown as { items: { id: string }[]; nextCursor: string | null };
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    expect(seen).toContain(worker);
    const [all] = await native.sql<{ n: number }>('SELECT count(*)::int AS n FROM inventory_agents');
    expect(seen).toHaveLength((all?.n ?? 0) + 1);
  });

  it('belongs to its tenant, though another may have one of the same id', async () => {
    await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'neighbour')`);
    const headers = { tenant: 'neighbour' };
    const id = await client.agent({ notes: 'mine' });
    await client.put('/tags/private', { agents: [id] });
    expect((await client.call('GET', `/agents/${id}`, { headers })).status).toBe(404);
    expect((await client.call('GET', '/tags/', { headers })).body).toEqual([]);
    expect((await client.call('PUT', '/tags/x', { headers, body: { agents: [id] } })).status).toBe(404);
    await client.call('POST', '/tags/', { headers, body: { tag: 'own' } });
    const foreign = await client.call('POST', '/tags/own/agents/', { headers, body: { agent_id: id } });
    expect(foreign.body).toEqual({ error: `agent ${id} does not exist` });
    const { body } = await client.call('POST', '/agents/', { headers, body: { ...ANNOUNCED, id, notes: 'yours' } });
    expect(body['notes']).toBe('yours');
    expect((await client.call('PUT', '/tags/private', { headers, body: { agents: [id] } })).status).toBe(201);
    expect((await client.call('DELETE', `/agents/${id}`, { headers })).status).toBe(204);
    expect(await client.get(`/agents/${id}`)).toMatchObject({ notes: 'mine', tags: ['private'] });
    const tag = (await client.get('/tags/private')) as { id: number };
    expect((await client.call('GET', `/tags/${tag.id}`, { headers })).status).toBe(404);
    expect((await client.call('DELETE', `/tags/${tag.id}`, { headers })).status).toBe(204);
    expect((await client.call('GET', `/tags/${tag.id}`)).status).toBe(200);
  });
});

describe('whatever is sent', () => {
  const VALUES = [null, true, -1, 1e300, '', 'x', '\u0000', [], [null], [[]], {}, { a: 1 }, '9'.repeat(400)];
  const FIELDS = ['tag', 'agents', 'jobs', 'agent_id', 'id', 'tags', 'state', 'disks', 'remote_ip', '__proto__'];

  it('is answered with an error of this API, never with a fault of the server', async () => {
    const id = await client.agent();
    const tag = (await client.post('/tags/', { tag: 'target' })).body['id'];
    const targets = [
      ['POST', '/tags/'],
      ['PUT', '/tags/hostile'],
      ['PUT', `/tags/${String(tag)}`],
      ['POST', '/tags/target/agents/'],
      ['POST', '/agents/'],
      ['POST', `/agents/${id}`],
    ] as const;
    for (const [method, path] of targets) {
      for (const field of FIELDS) {
        const bodies = VALUES.map((value) => `{${JSON.stringify(field)}: ${JSON.stringify(value)}}`);
        const answers = await Promise.all(bodies.map((body) => client.call(method, path, { body })));
        const bad = answers.flatMap(({ status, body }, i) =>
          status < 300 || (status < 500 && typeof body['error'] === 'string')
            ? []
            : [{ path, body: bodies[i], status }],
        );
        expect(bad).toEqual([]);
      }
    }
    expect(await client.get(`/agents/${id}`)).toMatchObject({ id, port: 50_000 });
  });

  it.each(['/tags/%00', '/tags/%ff', '/tags/%', `/tags/${'x'.repeat(600)}`, '/agents/%2F', '/tags/%7Epyfarm'])(
    'finds nothing at %s',
    async (path) => {
      const { status, body } = await client.call('GET', path);
      expect([400, 404]).toContain(status);
      expect(typeof body['error']).toBe('string');
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentRegistry, type AgentRegistration } from '../../src/agents/agent-registry.service.js';
import { newId } from '../../src/kernel/ids.js';
import { TenantsService } from '../../src/tenancy/tenants.service.js';
import { startNativeApp, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
let tenantId: string;
let registry: AgentRegistry;
beforeAll(async () => {
  native = await startNativeApp();
  tenantId = (await native.app.get(TenantsService).ensureDefault()).tenant.id;
  registry = native.app.get(AgentRegistry);
});
afterAll(() => native.close());

const anAgent = (given: Partial<AgentRegistration> = {}): Promise<string> =>
  registry.register({
    name: 'host:1',
    kind: 'embedded',
    hostname: 'host',
    pid: 1,
    processIdentity: 'born',
    slots: 4,
    tags: ['gpu'],
    leaseMs: 30_000,
    tenantId: null,
    ...given,
  });
const stateOf = async (id: string): Promise<unknown> => (await native.call('GET', `/api/v2/agents/${id}`)).body.state;
const fallSilent = (id: string, seconds: number) =>
  native.sql(`UPDATE agents SET last_heartbeat_at = now() - $2 * interval '1 second' WHERE id = $1`, [id, seconds]);

/** `count` runs that the agent holds. */
async function holdRuns(agentId: string, count: number): Promise<void> {
  const jobId = newId();
  await native.sql(
    `WITH q AS (
       INSERT INTO queues (tenant_id, required_tags, excluded_tags) VALUES ($2, '{}', '{}')
       ON CONFLICT (tenant_id, required_tags, excluded_tags, interfaces, is_external) DO UPDATE SET required_tags = '{}' RETURNING id),
     j AS (INSERT INTO jobs (id, tenant_id, name, job_class, queue_id, created_by) SELECT $1, $2, 'a job', 'noop', q.id, 'test' FROM q RETURNING queue_id),
     e AS (
       INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters)
       SELECT gen_random_uuid(), $2, $1, 'manual', now(), 'noop', '[]', '{}' FROM generate_series(1, $4) RETURNING id)
     INSERT INTO live_runs (id, tenant_id, job_id, queue_id, state, priority, run_at, agent_id)
     SELECT e.id, $2, $1, j.queue_id, 'running', 0, now(), $3 FROM e, j`,
    [jobId, tenantId, agentId, count],
  );
}

describe('the agents API', () => {
  it('shows capacity, load, tags and the last sign of life', async () => {
    const id = await anAgent();
    await holdRuns(id, 3);
    const { status, body } = await native.call('GET', `/api/v2/agents/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      name: 'host:1',
      kind: 'embedded',
      state: 'online',
      slots: 4,
      running: 3,
      tags: ['gpu'],
      leaseMs: 30_000,
      endedAt: null,
    });
    expect(body.lastHeartbeatAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('lists newest first, by state, in pages, with the load of each', async () => {
    const ids = [await anAgent({ name: 'l1' }), await anAgent({ name: 'l2' }), await anAgent({ name: 'l3' })] as const;
    await holdRuns(ids[1], 2);
    await registry.setState(ids[0], 'draining');
    const first = (await native.call('GET', '/api/v2/agents?limit=2&state=online,draining')).body as {
      items: { name: string; running: number }[];
      nextCursor: string;
    };
    expect(first.items.map(({ name, running }) => [name, running])).toEqual([
      ['l3', 0],
      ['l2', 2],
    ]);
    const second = (
      await native.call('GET', `/api/v2/agents?limit=2&state=online&state=draining&cursor=${first.nextCursor}`)
    ).body as typeof first;
    expect(second.items.map(({ name }) => name)).toEqual(['l1', 'host:1']);
    expect(
      ((await native.call('GET', '/api/v2/agents?state=draining')).body as typeof first).items.map(({ name }) => name),
    ).toEqual(['l1']);
  });

  it('refuses a state that does not exist', async () => {
    expect((await native.call('GET', '/api/v2/agents?state=online,asleep')).body).toMatchObject({
      code: 'invalid_input',
      errors: [{ field: '?state' }],
    });
  });

  it('shows shared agents and those of the tenant, not those of others', async () => {
    await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'other')`);
    const [other] = await native.sql<{ id: string }>(`SELECT id FROM tenants WHERE name = 'other'`);
    const id = await anAgent({ tenantId: other?.id ?? '' });
    expect((await native.call('GET', `/api/v2/agents/${id}`)).status).toBe(404);
    expect((await native.call('GET', `/api/v2/agents/${id}`, { headers: { tenant: 'other' } })).status).toBe(200);
  });
});

describe('the life of an agent', () => {
  it('goes on with heartbeats', async () => {
    const id = await anAgent();
    await fallSilent(id, 29);
    expect(await registry.heartbeat(id)).toBe('ok');
    await fallSilent(id, 29);
    expect(await registry.markLost()).toEqual([]);
    expect(await stateOf(id)).toBe('online');
  });

  it('ends when its lease runs out, and does not begin again under its id', async () => {
    const id = await anAgent();
    await fallSilent(id, 31);
    expect(await registry.markLost()).toEqual([{ id, name: 'host:1', hostname: 'host' }]);
    expect(await registry.heartbeat(id)).toBe('lost');
    await registry.setState(id, 'draining');
    expect(await stateOf(id)).toBe('lost');
    expect(await registry.markLost()).toEqual([]);
  });

  it('ends in good order through draining and offline', async () => {
    const id = await anAgent();
    await registry.setState(id, 'draining');
    expect([await stateOf(id), await registry.heartbeat(id)]).toEqual(['draining', 'ok']);
    await registry.setState(id, 'offline');
    expect([await stateOf(id), await registry.heartbeat(id)]).toEqual(['offline', 'lost']);
  });

  it('is unknown to those who never registered', async () => {
    expect(await registry.heartbeat(newId())).toBe('lost');
  });

  it('is declared lost by exactly one of many that look at once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => anAgent({ name: 'crowd' })));
    await Promise.all(ids.map((id) => fallSilent(id, 60)));
    const found = (await Promise.all(Array.from({ length: 12 }, () => registry.markLost())))
      .flat()
      .map((agent) => agent.id);
    expect(found.toSorted()).toEqual(ids.toSorted());
  });

  it('ends at once when its own machine sees that its process is gone', async () => {
    const [dead, alive, elsewhere] = await Promise.all([
      anAgent({ hostname: 'box', pid: 10, processIdentity: 'old' }),
      anAgent({ hostname: 'box', pid: 11, processIdentity: 'new' }),
      anAgent({ hostname: 'other-box', pid: 10, processIdentity: 'old' }),
    ]);
    const lost = await registry.markDeadOnHost('box', (pid, identity) => pid === 11 && identity === 'new');
    expect(lost.map((agent) => agent.id)).toEqual([dead]);
    expect([await stateOf(dead), await stateOf(alive), await stateOf(elsewhere)]).toEqual(['lost', 'online', 'online']);
  });
});

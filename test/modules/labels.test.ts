// Tags on jobs and agents through the native API.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentRegistry } from '../../src/agents/agent-registry.service.js';
import { AttachedTags } from '../../src/tags/attached-tags.service.js';
import { startSecuredApp, type Headers, type SecuredApp } from '../auth/secured-app.js';
import type { TenantRole } from '../../src/context/request-context.js';

let app: SecuredApp;
let acme: Record<TenantRole, Headers>;
let acmeId: string;
beforeAll(async () => {
  app = await startSecuredApp();
  acme = await app.tenant('acme');
  acmeId = (await app.sql<{ id: string }>(`SELECT id FROM tenants WHERE name = 'acme'`))[0]?.id ?? '';
});
afterAll(() => app.close());

const call = (method: string, path: string, headers: Headers = acme.operator, body?: object) =>
  app.call(method, `/api/v2${path}`, { headers, ...(body && { body }) });
const anAgent = (over: { name: string; tenantId: string | null; kind?: 'embedded' | 'remote'; tags?: string[] }) =>
  app.app.get(AgentRegistry).register({
    ...{ kind: 'remote', hostname: 'box', pid: null, processIdentity: null, slots: 1, tags: [], leaseMs: 30_000 },
    ...over,
  });
const aJob = async (over: object = {}): Promise<string> =>
  String((await call('POST', '/jobs', acme.operator, { name: 'j', jobClass: 'noop', ...over })).body['id']);
const itemsOf = async (path: string): Promise<string[]> =>
  ((await call('GET', path)).body['items'] as { id: string }[]).map(({ id }) => id);
const attachedTo = (agentId: string) => app.app.get(AttachedTags).ofWorker(agentId);

describe('tags of jobs', () => {
  it('are attached and taken off one by one, idempotently, with an entry for each change', async () => {
    const id = await aJob({ tags: ['first'] });
    const etag = (await call('GET', `/jobs/${id}`)).headers.get('etag');
    for (let i = 0; i < 2; i++) expect((await call('PUT', `/jobs/${id}/tags/a%2Fb`)).status).toBe(204);
    const job = await call('GET', `/jobs/${id}`);
    expect([job.body['tags'], job.headers.get('etag')]).toEqual([['a/b', 'first'], etag]);
    for (let i = 0; i < 2; i++) expect((await call('DELETE', `/jobs/${id}/tags/first`)).status).toBe(204);
    expect((await call('DELETE', `/jobs/${id}/tags/never`)).status).toBe(204);
    expect((await call('GET', `/jobs/${id}`)).body['tags']).toEqual(['a/b']);
    const entries = await app.sql(
      `SELECT event, before, after FROM audit_log WHERE job_id = $1 AND event LIKE 'job.%tagged' ORDER BY id`,
      [id],
    );
    expect(entries).toEqual([
      { event: 'job.tagged', before: null, after: { tag: 'a/b' } },
      { event: 'job.untagged', before: { tag: 'first' }, after: null },
    ]);
  });

  it('filter the list: all that are named', async () => {
    const [both, one] = [await aJob({ tags: ['red', 'round'] }), await aJob({ tags: ['red'] })];
    expect(await itemsOf('/jobs?tag=red')).toEqual([one, both]);
    expect(await itemsOf('/jobs?tag=red,round')).toEqual([both]);
    expect(await itemsOf('/jobs?tag=red&tag=square')).toEqual([]);
  });

  it('are refused for a name that none can have and a job that is not there', async () => {
    const id = await aJob();
    const bad = await call('PUT', `/jobs/${id}/tags/a%2Cb`);
    expect([bad.status, bad.body['errors']]).toMatchObject([400, [{ field: ':tag', code: 'tag_name' }]]);
    await call('DELETE', `/jobs/${id}`);
    expect((await call('PUT', `/jobs/${id}/tags/x`)).status).toBe(404);
    expect((await call('PUT', `/jobs/${id}/tags/x`, acme.viewer)).status).toBe(403);
  });
});

describe('tags of agents', () => {
  it('stand beside those that the agent declared, and survive its restart', async () => {
    const first = await anAgent({ name: 'render-1', tenantId: acmeId, tags: ['linux'] });
    for (let i = 0; i < 2; i++) expect((await call('PUT', `/agents/${first}/tags/GPU`)).status).toBe(204);
    await app.app.get(AgentRegistry).setState(first, 'offline');
    const second = await anAgent({ name: 'render-1', tenantId: acmeId, tags: ['linux'] });
    expect((await call('GET', `/agents/${second}`)).body).toMatchObject({
      tags: ['gpu', 'linux'],
      attachedTags: ['GPU'],
    });
    expect(await attachedTo(second)).toEqual(new Map([[acmeId, new Set(['gpu'])]]));
    expect(await itemsOf('/agents?tag=gpu,LINUX&state=online')).toEqual([second]);
    const [tag] = (await call('GET', '/tags?q=GPU')).body['items'] as { agents: number }[];
    expect(tag?.agents).toBe(1);
    await call('DELETE', `/agents/${second}/tags/GPU`);
    expect((await call('GET', `/agents/${second}`)).body).toMatchObject({ tags: ['linux'], attachedTags: [] });
    const log = await app.sql(`SELECT event FROM audit_log WHERE subject_type = 'agent' ORDER BY id`);
    expect(log).toEqual([{ event: 'agent.tagged' }, { event: 'agent.untagged' }]);
  });

  it('of an in-process worker belong to its machine, because its name holds a process id', async () => {
    const first = await anAgent({ name: 'host:1', tenantId: null, kind: 'embedded' });
    await call('PUT', `/agents/${first}/tags/big`, { ...app.admin, tenant: 'acme' });
    const second = await anAgent({ name: 'host:2', tenantId: null, kind: 'embedded' });
    expect((await attachedTo(second)).get(acmeId)).toEqual(new Set(['big']));
  });

  it('follow a tag that is renamed, and go with one that is deleted', async () => {
    const id = await anAgent({ name: 'follower', tenantId: acmeId });
    await call('PUT', `/agents/${id}/tags/old`);
    const [tag] = (await call('GET', '/tags?q=old')).body['items'] as { id: string }[];
    await call('PATCH', `/tags/${tag?.id ?? ''}`, acme.operator, { name: 'New' });
    expect((await attachedTo(id)).get(acmeId)).toEqual(new Set(['new']));
    await call('DELETE', `/tags/${tag?.id ?? ''}`);
    expect(await attachedTo(id)).toEqual(new Map());
  });

  it('of a shared agent are for system administrators, and count for their tenant alone', async () => {
    const id = await anAgent({ name: 'shared-1', tenantId: null });
    expect((await call('PUT', `/agents/${id}/tags/x`, acme.admin)).status).toBe(403);
    expect((await call('PUT', `/agents/${id}/tags/x`, { ...app.admin, tenant: 'acme' })).status).toBe(204);
    expect((await call('DELETE', `/agents/${id}/tags/x`, acme.admin)).status).toBe(403);
    expect((await call('GET', `/agents/${id}`, acme.viewer)).body['attachedTags']).toEqual(['x']);
    expect((await call('GET', `/agents/${id}`, app.admin)).body['attachedTags']).toEqual([]);
    expect([...(await attachedTo(id)).keys()]).toEqual([acmeId]);
    const put = (body: object, headers: Headers) => app.call('PUT', '/api/v1/tags/x', { body, headers });
    expect((await put({}, acme.operator)).status).toBe(403);
    expect((await put({ agents: [id] }, acme.operator)).status).toBe(201);
  });

  it('are not for agents of others', async () => {
    const { operator } = await app.tenant('other');
    const id = await anAgent({ name: 'hidden', tenantId: acmeId });
    expect((await call('PUT', `/agents/${id}/tags/x`, operator)).status).toBe(404);
  });
});

describe('PyFarm’s clients where everybody signs in', () => {
  it('are asked who they are, and refused in their own words', async () => {
    const nobody = await app.call('GET', '/api/v1/tags/');
    expect([nobody.status, Object.keys(nobody.body)]).toEqual([401, ['error']]);
    expect(nobody.headers.get('www-authenticate')).toContain('Basic');
    const viewer = await app.call('POST', '/api/v1/tags/', { body: { tag: 'x' }, headers: acme.viewer });
    expect([viewer.status, Object.keys(viewer.body)]).toEqual([403, ['error']]);
    const operator = await app.call('POST', '/api/v1/tags/', { body: { tag: 'y' }, headers: acme.operator });
    expect(operator.status).toBe(201);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type Answer, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp();
});
afterAll(() => native.close());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  native.call(method, `/api/v2${path}`, { headers, ...(body !== undefined && { body }) });
let serial = 0;
async function aGroup(over: object = {}): Promise<Record<string, unknown>> {
  const made = await call('POST', '/groups', { name: `group ${++serial}`, ...over });
  expect(made.status, made.text).toBe(201);
  return made.body;
}
async function aJob(over: object = {}): Promise<string> {
  const made = await call('POST', '/jobs', { name: 'a job', jobClass: 'noop', ...over });
  expect(made.status, made.text).toBe(201);
  return made.body['id'] as string;
}

describe('the groups API', () => {
  it('creates, reads, changes, replaces and deletes a group, with versions and an entry in the audit log each', async () => {
    const created = await call('POST', '/groups', { name: 'billing', attributes: { owner: 'x' }, maxConcurrency: 2 });
    expect(created).toMatchObject({
      status: 201,
      body: {
        ...{ name: 'billing', description: '', attributes: { owner: 'x' }, maxConcurrency: 2, whenBusy: 'queue' },
        ...{ maxQueued: 1000, jobs: 0, active: 0, queued: 0, version: 1 },
      },
    });
    const path = `/groups/${String(created.body['id'])}`;
    expect(created.headers.get('location')).toBe(`/api/v2${path}`);
    expect(created.headers.get('etag')).toBe('"1"');
    expect((await call('GET', path)).body).toEqual(created.body);
    const patched = await call('PATCH', path, { whenBusy: 'reject' }, { 'if-match': '"1"' });
    expect(patched).toMatchObject({ status: 200, body: { whenBusy: 'reject', maxConcurrency: 2, version: 2 } });
    expect((await call('PATCH', path, { whenBusy: 'skip' }, { 'if-match': '"1"' })).status).toBe(412);
    const replaced = await call('PUT', path, { name: 'billing 2' });
    expect(replaced.body).toMatchObject({ name: 'billing 2', attributes: {}, maxConcurrency: null, whenBusy: 'queue' });
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    const log = await native.sql<{ event: string }>(
      `SELECT event FROM audit_log WHERE subject_type = 'group' AND subject_id = $1 ORDER BY id`,
      [created.body['id']],
    );
    expect(log.map((row) => row.event)).toEqual(['group.created', 'group.updated', 'group.updated', 'group.deleted']);
  });

  it('refuses what cannot be, names the field, and stores nothing', async () => {
    const before = await native.sql('SELECT count(*) FROM job_groups');
    const cases: [object, string][] = [
      [{}, '/name'],
      [{ name: '' }, '/name'],
      [{ name: ' a' }, '/name'],
      [{ name: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' }, '/name'],
      [{ name: 'a', maxConcurrency: 0 }, '/maxConcurrency'],
      [{ name: 'a', maxConcurrency: '1' }, '/maxConcurrency'],
      [{ name: 'a', whenBusy: 'wait' }, '/whenBusy'],
      [{ name: 'a', maxQueued: 0 }, '/maxQueued'],
      [{ name: 'a', attributes: [] }, '/attributes'],
      [{ name: 'a', colour: 'red' }, '/colour'],
    ];
    for (const [body, field] of cases) {
      const answer = await call('POST', '/groups', body);
      expect(answer, JSON.stringify(body)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
      expect((answer.body['errors'] as { field: string }[]).map((e) => e.field)).toContain(field);
    }
    expect(await native.sql('SELECT count(*) FROM job_groups')).toEqual(before);
  });

  it('has one group of a name, and gives a repeated request its first answer', async () => {
    const name = String((await aGroup())['name']);
    expect(await call('POST', '/groups', { name })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const key = { 'idempotency-key': 'group-once' };
    const [first, second] = [
      await call('POST', '/groups', { name: 'once' }, key),
      await call('POST', '/groups', { name: 'once' }, key),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
  });

  it('lists page by page, by name, also by part of it', async () => {
    for (const n of [1, 2, 3]) await aGroup({ name: `listed ${n}` });
    const names: string[] = [];
    for (let cursor = ''; ;) {
      const page = (await call('GET', `/groups?q=LISTED&limit=2${cursor}`)).body as {
        items: { name: string }[];
        nextCursor: string | null;
      };
      names.push(...page.items.map((item) => item.name));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(names).toEqual(['listed 1', 'listed 2', 'listed 3']);
  });
});

describe('jobs in groups', () => {
  it('name their group by name or id, show it, are found by it and leave it', async () => {
    const group = await aGroup({ maxConcurrency: 1 });
    const [byName, byId] = [await aJob({ group: group['name'] }), await aJob({ group: group['id'] })];
    for (const id of [byName, byId])
      expect((await call('GET', `/jobs/${id}`)).body).toMatchObject({ group: group['name'], groupId: group['id'] });
    const found = (await call('GET', `/jobs?group=${encodeURIComponent(String(group['name']))}`)).body;
    expect((found['items'] as { id: string }[]).map((job) => job.id)).toEqual([byId, byName]);
    expect((await call('GET', '/jobs?group=nobody')).body['items']).toEqual([]);
    expect((await call('GET', `/groups/${String(group['id'])}`)).body['jobs']).toBe(2);
    expect(await call('DELETE', `/groups/${String(group['id'])}`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await call('PATCH', `/jobs/${byName}`, { description: 'x' })).body['group']).toBe(group['name']);
    expect((await call('PATCH', `/jobs/${byName}`, { group: null })).body['group']).toBeNull();
    expect((await call('PUT', `/jobs/${byId}`, { name: 'a', jobClass: 'noop' })).body['group']).toBeNull();
    expect((await call('DELETE', `/groups/${String(group['id'])}`)).status).toBe(204);
  });

  it('must name one that exists', async () => {
    const answer = await call('POST', '/jobs', { name: 'a', jobClass: 'noop', group: 'nobody' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: '/group', code: 'unknown_group' }] } });
  });

  it('are refused a run with 409 busy that stores nothing, or wait, or pass by force', async () => {
    const group = await aGroup({ maxConcurrency: 1, whenBusy: 'reject' });
    const job = await aJob({ group: group['name'] });
    const run = (body?: unknown) => call('POST', `/jobs/${job}/run`, body);
    expect((await run()).body['state']).toBe('pending');
    expect(await run()).toMatchObject({ status: 409, body: { code: 'busy' } });
    expect((await run({ ifBusy: 'queue' })).body['state']).toBe('queued');
    expect((await run({ ifBusy: 'skip' })).body).toMatchObject({ state: 'skipped', reason: 'group_busy' });
    expect((await run({ force: true })).body['state']).toBe('pending');
    const [count] = await native.sql<{ n: number }>(`SELECT count(*)::int AS n FROM executions WHERE job_id = $1`, [
      job,
    ]);
    expect(count?.n).toBe(4);
    const requested = await native.sql(`SELECT 1 FROM audit_log WHERE job_id = $1 AND event = 'execution.requested'`, [
      job,
    ]);
    expect(requested).toHaveLength(4);
    expect(await run({ ifBusy: 'wait' })).toMatchObject({ status: 400 });
    expect(await run({ force: 'yes' })).toMatchObject({ status: 400 });
    expect((await call('GET', `/groups/${String(group['id'])}`)).body).toMatchObject({ active: 2, queued: 1 });
  });

  it('keep the limits of their history, as tenants do', async () => {
    const job = await aJob({ historyDays: 7 });
    expect((await call('GET', `/jobs/${job}`)).body['historyDays']).toBe(7);
    expect((await call('PATCH', `/jobs/${job}`, { historyDays: null })).body['historyDays']).toBeNull();
    expect((await call('PATCH', `/jobs/${job}`, { historyDays: -1 })).status).toBe(400);
    const [tenant] = (await call('GET', '/tenants')).body['items'] as { id: string }[];
    const changed = await call('PATCH', `/tenants/${tenant?.id}`, { historyDays: 30, auditLogDays: 0 });
    expect(changed.body).toMatchObject({ historyDays: 30, auditLogDays: 0 });
    const cleared = await call('PATCH', `/tenants/${tenant?.id}`, { historyDays: null });
    expect(cleared.body).toMatchObject({ historyDays: null, auditLogDays: 0 });
    expect((await call('PATCH', `/tenants/${tenant?.id}`, { historyDays: 1.5 })).status).toBe(400);
  });
});

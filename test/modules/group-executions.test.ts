import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
const runs: Record<string, string[]> = {};
let groupId: string;
beforeAll(async () => {
  native = await startNativeApp();
  groupId = (await made('/groups', { name: 'billing' }))['id'] as string;
  const jobs = [
    ['billing 1', { group: 'billing', tags: ['nightly'] }],
    ['billing 2', { group: 'billing' }],
    ['other', {}],
  ] as const;
  for (const [name, over] of jobs) {
    const job = (await made('/jobs', { name, jobClass: 'noop', ...over }))['id'] as string;
    runs[name] = [];
    for (let n = 0; n < 3; n++) runs[name].push((await made(`/jobs/${job}/run`, {}))['id'] as string);
  }
  await made(`/executions/${runs['billing 1']?.[0] ?? ''}/cancel`, {}, 200);
});
afterAll(() => native.close());

async function made(path: string, body: object, status = 201): Promise<Record<string, unknown>> {
  const answer = await native.call('POST', `/api/v2${path}`, { body });
  expect(answer.status, answer.text).toBe(status);
  return answer.body;
}
async function listed(query: string): Promise<{ ids: string[]; nextCursor: string | null }> {
  const { body } = await native.call('GET', `/api/v2/executions?${query}`);
  const { items, nextCursor } = body as unknown as { items: { id: string }[]; nextCursor: string | null };
  return { ids: items.map(({ id }) => id), nextCursor };
}

it('executions are listed by group, by name and by id, newest first, page by page', async () => {
  const all = [...(runs['billing 1'] ?? []), ...(runs['billing 2'] ?? [])].reverse();
  expect((await listed('group=billing')).ids).toEqual(all);
  expect((await listed(`group=${groupId}`)).ids).toEqual(all);
  const pages: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await listed(`group=billing&limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
    pages.push(...page.ids);
    cursor = page.nextCursor;
  }
  expect(pages).toEqual(all);
});

it('together with the other filters', async () => {
  const [cancelled] = runs['billing 1'] ?? [];
  expect((await listed('group=billing&state=cancelled')).ids).toEqual([cancelled]);
  expect((await listed('group=billing&state=cancelled,failed&tag=nightly')).ids).toEqual([cancelled]);
  expect((await listed('group=billing&state=failed')).ids).toEqual([]);
  expect((await listed('group=billing&state=pending')).ids).toHaveLength(5);
  expect((await listed('group=billing&tag=nightly')).ids).toEqual([...(runs['billing 1'] ?? [])].reverse());
  expect((await listed('group=billing&to=2026-01-01T00:00:00Z')).ids).toEqual([]);
});

it('nothing is listed for a group that does not exist or is of another tenant', async () => {
  expect((await listed('group=nobody')).ids).toEqual([]);
  expect((await listed('group=0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e')).ids).toEqual([]);
  await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'elsewhere')`);
  const answer = await native.call('GET', `/api/v2/executions?group=${groupId}`, { headers: { tenant: 'elsewhere' } });
  expect(answer.body).toMatchObject({ items: [] });
});

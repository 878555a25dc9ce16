import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInContext } from '../../src/context/request-context.js';
import { Database } from '../../src/database/database.js';
import { newId } from '../../src/kernel/ids.js';
import { TagsService } from '../../src/tags/tags.service.js';
import { DEFAULT_TENANT, TenantsService } from '../../src/tenancy/tenants.service.js';
import { startNativeApp, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
let tenantId: string;
beforeAll(async () => {
  native = await startNativeApp({ env: { DATABASE_POOL_SIZE: '12' } });
  tenantId = (await native.app.get(TenantsService).ensureDefault()).tenant.id;
});
afterAll(() => native.close());

const create = async (name: string): Promise<string> =>
  String((await native.call('POST', '/api/v2/tags', { body: { name } })).body.id);

/** A job row, as small as the schema allows. */
async function aJob(): Promise<string> {
  const id = newId();
  await native.sql(
    `WITH q AS (
       INSERT INTO queues (tenant_id, required_tags, excluded_tags) VALUES ($2, '{}', '{}')
       ON CONFLICT (tenant_id, required_tags, excluded_tags, interfaces, is_external) DO UPDATE SET required_tags = '{}' RETURNING id)
     INSERT INTO jobs (id, tenant_id, name, job_class, queue_id, created_by) SELECT $1, $2, 'a job', 'noop', q.id, 'test' FROM q`,
    [id, tenantId],
  );
  return id;
}

const asTenant = <T>(work: () => T): T =>
  runInContext({ requestId: 'test', actor: 'test', tenant: { id: tenantId, name: DEFAULT_TENANT } }, work);
const setTags = (jobId: string, names: string[]): Promise<void> =>
  asTenant(() =>
    native.app.get(Database).transaction((tx) => native.app.get(TagsService).setJobTagsTx(tx, tenantId, jobId, names)),
  );
const tagsOf = (jobIds: string[]) => asTenant(() => native.app.get(TagsService).tagsOfJobs(tenantId, jobIds));

describe('the tags API', () => {
  it('creates, reads, renames and deletes a tag, and writes each into the audit log', async () => {
    const created = await native.call('POST', '/api/v2/tags', {
      body: { name: '  Nightly ', description: 'at night' },
    });
    expect(created).toMatchObject({ status: 201, body: { name: 'Nightly', description: 'at night', jobs: 0 } });
    const path = created.headers.get('location') ?? '';
    expect(path).toBe(`/api/v2/tags/${String(created.body.id)}`);
    expect((await native.call('GET', path)).body).toEqual(created.body);
    expect((await native.call('GET', path.replaceAll('-', ''))).body).toEqual(created.body);
    expect((await native.call('PATCH', path, { body: { name: 'nightly' } })).body).toEqual({
      ...created.body,
      name: 'nightly',
    });
    expect(await native.call('DELETE', path)).toMatchObject({ status: 204, text: '' });
    expect((await native.call('DELETE', path)).status).toBe(404);
    const log = await native.sql(`SELECT event, before, after FROM audit_log WHERE subject_id = $1 ORDER BY id`, [
      created.body.id,
    ]);
    expect(log).toEqual([
      { event: 'tag.created', before: null, after: { id: created.body.id, name: 'Nightly', description: 'at night' } },
      { event: 'tag.updated', before: { name: 'Nightly' }, after: { name: 'nightly' } },
      { event: 'tag.deleted', before: { id: created.body.id, name: 'nightly', description: 'at night' }, after: null },
    ]);
  });

  it('keeps names unique, case told apart', async () => {
    const id = await create('unique');
    await create('Unique');
    expect(await native.call('POST', '/api/v2/tags', { body: { name: 'unique' } })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect(await native.call('PATCH', `/api/v2/tags/${id}`, { body: { name: 'Unique' } })).toMatchObject({
      status: 409,
    });
  });

  it('writes nothing for a change that changes nothing', async () => {
    const id = await create('steady');
    expect((await native.call('PATCH', `/api/v2/tags/${id}`, { body: { name: 'steady' } })).status).toBe(200);
    expect((await native.call('PATCH', `/api/v2/tags/${id}`, { body: {} })).status).toBe(200);
    expect(await native.sql(`SELECT event FROM audit_log WHERE subject_id = $1`, [id])).toEqual([
      { event: 'tag.created' },
    ]);
  });

  it.each(['', '   ', 'a,b', 'a\tb', 'x'.repeat(65)])('refuses the name %j', async (name) => {
    expect(await native.call('POST', '/api/v2/tags', { body: { name } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/name', code: 'isTagName' }] },
    });
  });

  it('refuses null where a text is wanted', async () => {
    const id = await create('not null');
    const answer = await native.call('PATCH', `/api/v2/tags/${id}`, { body: { name: null, description: null } });
    expect(answer.body.errors).toMatchObject([{ field: '/name' }, { field: '/description' }]);
  });

  it('lists by name in pages that miss and repeat nothing', async () => {
    const names = Array.from({ length: 23 }, (_, i) => `page ${String(i).padStart(2, '0')}`);
    await Promise.all(names.map(create));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = `?limit=5&q=PAGE${cursor === null ? '' : `&cursor=${cursor}`}`;
      const { body } = await native.call('GET', `/api/v2/tags${query}`);
      const page = body as { items: { name: string }[]; nextCursor: string | null };
      expect(page.items.length).toBeLessThanOrEqual(5);
      seen.push(...page.items.map((item) => item.name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(names);
  });

  it('takes the part of a name literally', async () => {
    await create('100%_sure');
    const found = async (q: string) =>
      ((await native.call('GET', `/api/v2/tags?q=${encodeURIComponent(q)}`)).body.items as unknown[]).length;
    expect([await found('0%_s'), await found('%%')]).toEqual([1, 0]);
  });
});

describe('the tags of jobs', () => {
  it('are exactly those that were set last, created as needed, and counted', async () => {
    const job = await aJob();
    await setTags(job, ['set-b', ' set-a', 'set-b']);
    await setTags(job, ['set-c', 'set-a']);
    expect(await tagsOf([job, newId()])).toEqual(new Map([[job, ['set-a', 'set-c']]]));
    const { body } = await native.call('GET', '/api/v2/tags?q=set-');
    expect((body.items as { name: string; jobs: number }[]).map(({ name, jobs }) => [name, jobs])).toEqual([
      ['set-a', 1],
      ['set-b', 0],
      ['set-c', 1],
    ]);
    await setTags(job, []);
    expect(await tagsOf([job])).toEqual(new Map());
  });

  it('go away with a tag that is deleted', async () => {
    const job = await aJob();
    await setTags(job, ['kept', 'dropped']);
    const [tag] = await native.sql<{ id: string }>(`SELECT id FROM tags WHERE name = 'dropped'`);
    await native.call('DELETE', `/api/v2/tags/${tag?.id ?? ''}`);
    expect((await tagsOf([job])).get(job)).toEqual(['kept']);
  });

  it('refuse a name that no tag can have', async () => {
    await expect(setTags(await aJob(), ['fine', 'not,fine'])).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ field: '/tags' }],
    });
  });

  it('do not deadlock when 12 jobs get the same new tags in different orders, again and again', async () => {
    const jobs = await Promise.all(Array.from({ length: 12 }, aJob));
    const [deadlocksBefore] = await native.sql<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    for (let round = 0; round < 8; round++) {
      const names = Array.from({ length: 10 }, (_, i) => `crowd ${round} ${i}`);
      await Promise.all(jobs.map((job, i) => setTags(job, i % 2 === 0 ? names : names.toReversed())));
    }
    const tags = await tagsOf(jobs);
    expect([...tags.values()].map((names) => names.length)).toEqual(jobs.map(() => 10));
    expect(await native.sql(`SELECT 1 FROM tags WHERE name LIKE 'crowd 7 %'`)).toHaveLength(10);
    const [deadlocksAfter] = await native.sql<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(deadlocksAfter?.deadlocks).toBe(deadlocksBefore?.deadlocks);
  });

  it('survive the deletion of a tag at the same time', async () => {
    const job = await aJob();
    for (let round = 0; round < 10; round++) {
      const id = await create(`fleeting ${round}`);
      await Promise.all([setTags(job, [`fleeting ${round}`]), native.call('DELETE', `/api/v2/tags/${id}`)]);
      const names = (await tagsOf([job])).get(job) ?? [];
      // Whoever came first: the job has the tag anew, or lost it to the deletion; never a tag that is not there.
      expect([[], [`fleeting ${round}`]]).toContainEqual(names);
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type Answer, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp();
});
afterAll(() => native.close());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  native.call(method, `/api/v2/jobs${path}`, { headers, ...(body !== undefined && { body }) });
async function aJob(over: object = {}): Promise<string> {
  const made = await call('POST', '', { name: 'a job', jobClass: 'noop', ...over });
  expect(made.status, made.text).toBe(201);
  return made.body['id'] as string;
}
const auditOf = (jobId: string) =>
  native.sql<{ event: string; actor: string; before: object | null; after: Record<string, unknown> | null }>(
    'SELECT event, actor, before, after FROM audit_log WHERE job_id = $1 ORDER BY id',
    [jobId],
  );

const EVERYTHING = {
  name: 'Nightly',
  description: 'all fields',
  jobClass: 'shell',
  args: ['echo hi', { deep: [1, null] }],
  parameters: { env: { A: 'b' } },
  tags: ['b', 'a'],
  requiredTags: ['GPU', 'gpu', 'big'],
  excludedTags: ['spot'],
  priority: -7,
  timeoutSeconds: 1.5,
  killGraceSeconds: 0,
  maxOutputBytes: 0,
  retry: { maxAttempts: 3, initialDelaySeconds: 0.25, factor: 1.5, maxDelaySeconds: 9, jitter: 0 },
  overlapPolicy: 'queue_all',
  maxConcurrency: 4,
  maxQueued: 9,
};
const NORMALISED = { ...EVERYTHING, tags: ['a', 'b'], requiredTags: ['big', 'gpu'] };
const DEFAULTS = {
  description: '',
  args: [],
  parameters: {},
  tags: [],
  requiredTags: [],
  excludedTags: [],
  priority: 0,
  timeoutSeconds: null,
  killGraceSeconds: 10,
  maxOutputBytes: 1_048_576,
  retry: { maxAttempts: 1, initialDelaySeconds: 5, factor: 2, maxDelaySeconds: 3600, jitter: 0.2 },
  overlapPolicy: 'allow',
  maxConcurrency: null,
  maxQueued: 1000,
};

describe('a job', () => {
  it('is created with its triggers and read back as it was given', async () => {
    const triggers = [
      { kind: 'cron', expression: '0 3 * * *', name: 'night' },
      { kind: 'interval', everySeconds: 90, paused: true },
    ];
    const made = await call('POST', '', { ...EVERYTHING, triggers });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...NORMALISED, paused: false, version: 1, createdBy: 'anonymous' });
    const stored = made.body['triggers'] as { name: string; nextFireAt: string | null }[];
    expect(stored.map((t) => [t.name, t.nextFireAt === null])).toEqual([
      ['night', false],
      ['', true],
    ]);
    expect(made.body['nextFireAt']).toBe(stored[0]?.nextFireAt);
    const id = made.body['id'] as string;
    expect(made.headers.get('location')).toBe(`/api/v2/jobs/${id}`);
    expect(made.headers.get('etag')).toBe('"1"');
    expect((await call('GET', `/${id}`)).body).toEqual(made.body);
    expect((await call('GET', `/${id.replaceAll('-', '')}`)).body).toEqual(made.body);
    expect((await auditOf(id)).map((entry) => entry.event)).toEqual([
      'job.created',
      'trigger.created',
      'trigger.created',
    ]);
  });

  it('gets the defaults, and PUT resets to them', async () => {
    const id = await aJob(EVERYTHING);
    const put = await call('PUT', `/${id}`, { name: 'plain', jobClass: 'noop' });
    expect(put.status).toBe(200);
    expect(put.body).toMatchObject({ ...DEFAULTS, name: 'plain', jobClass: 'noop', version: 2 });
    expect((await call('GET', `/${await aJob()}`)).body).toMatchObject(DEFAULTS);
  });

  it('keeps what a PATCH does not name; null resets a timeout; retry is merged, args and parameters are replaced', async () => {
    const id = await aJob(EVERYTHING);
    const changed = await call('PATCH', `/${id}`, {
      timeoutSeconds: null,
      retry: { maxAttempts: 5 },
      parameters: { x: 1 },
      args: [],
    });
    expect(changed.body).toMatchObject({
      ...NORMALISED,
      timeoutSeconds: null,
      retry: { ...EVERYTHING.retry, maxAttempts: 5 },
      args: [],
      parameters: { x: 1 },
      version: 2,
    });
    const [, entry] = await auditOf(id);
    expect(entry).toEqual({
      event: 'job.updated',
      actor: 'anonymous',
      before: { timeoutMs: 1500, maxAttempts: 3, parameters: EVERYTHING.parameters, args: EVERYTHING.args },
      after: { timeoutMs: null, maxAttempts: 5, parameters: { x: 1 }, args: [] },
    });
  });

  it('is changed only at the version that the client has seen', async () => {
    const id = await aJob({ triggers: [{ kind: 'interval', everySeconds: 60 }] });
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'x' }],
      ['PUT', '', { name: 'x', jobClass: 'noop' }],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['DELETE', ''],
    ] as const) {
      const stale = await call(method, `/${id}${path}`, body, { 'if-match': '"9"' });
      expect([method, path, stale.status, stale.body['code']]).toEqual([method, path, 412, 'precondition_failed']);
      expect((await call(method, `/${id}${path}`, body, { 'if-match': '9' })).status).toBe(400);
    }
    expect((await auditOf(id)).map((entry) => entry.event)).toEqual(['job.created', 'trigger.created']);
    const first = await call('PATCH', `/${id}`, { name: 'x' }, { 'if-match': '"1"' });
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"']);
    expect((await call('PATCH', `/${id}`, { name: 'y' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await call('DELETE', `/${id}`, undefined, { 'if-match': '"2"' })).status).toBe(204);
  });

  it('is edited by one of many who saw the same version', async () => {
    const id = await aJob();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => call('PATCH', `/${id}`, { name: `n${i}` }, { 'if-match': '"1"' })),
    );
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 11 }, () => 412),
    ]);
  });

  it('stops its triggers when it is paused and starts those again that are not paused themselves', async () => {
    const id = await aJob({
      triggers: [
        { kind: 'interval', everySeconds: 60 },
        { kind: 'interval', everySeconds: 60, paused: true },
      ],
    });
    const nexts = (answer: Answer) =>
      (answer.body['triggers'] as { nextFireAt: string | null }[]).map((t) => t.nextFireAt !== null);
    const paused = await call('POST', `/${id}/pause`);
    expect([paused.status, paused.body['paused'], nexts(paused)]).toEqual([200, true, [false, false]]);
    const again = await call('POST', `/${id}/pause`);
    expect(again.body['version']).toBe(paused.body['version']);
    const added = await call('POST', `/${id}/triggers`, { kind: 'interval', everySeconds: 60 });
    expect(added.body['nextFireAt']).toBeNull();
    const resumed = await call('POST', `/${id}/resume`);
    expect([resumed.body['paused'], nexts(resumed)]).toEqual([false, [true, false, true]]);
    const events = (await auditOf(id)).map((entry) => entry.event).filter((event) => /paused|resumed/.test(event));
    expect(events).toEqual(['job.paused', 'job.resumed']);
  });

  it('is gone after its deletion, with its triggers, and out of every list', async () => {
    const id = await aJob({ tags: ['doomed'], triggers: [{ kind: 'interval', everySeconds: 60 }] });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('DELETE', `/${id}`)).status).toBe(404);
    expect((await call('GET', `/${id}`)).status).toBe(404);
    expect((await call('GET', '?tag=doomed')).body['items']).toEqual([]);
    expect(
      await native.sql(
        'SELECT next_fire_at FROM triggers WHERE job_id = $1 AND (deleted_at IS NULL OR next_fire_at IS NOT NULL)',
        [id],
      ),
    ).toEqual([]);
    expect((await auditOf(id)).at(-1)).toMatchObject({ event: 'job.deleted', before: { name: 'a job' }, after: null });
  });

  it('is made once however often the same key asks', async () => {
    const ask = (name: string) => call('POST', '', { name, jobClass: 'noop' }, { 'idempotency-key': 'job-1' });
    const [first, again, other] = [await ask('once'), await ask('once'), await ask('twice')];
    expect([first.status, again.status, other.status]).toEqual([201, 201, 422]);
    expect(again.body['id']).toBe(first.body['id']);
    expect(again.headers.get('etag')).toBe('"1"');
    const pausedOnce = await aJob();
    const trigger = () =>
      call('POST', `/${pausedOnce}/triggers`, { kind: 'interval', everySeconds: 5 }, { 'idempotency-key': 't-1' });
    expect((await trigger()).body['id']).toBe((await trigger()).body['id']);
    const run = () => call('POST', `/${pausedOnce}/run`, {}, { 'idempotency-key': 'r-1' });
    expect((await run()).body['id']).toBe((await run()).body['id']);
    expect((await native.sql('SELECT 1 FROM executions WHERE job_id = $1', [pausedOnce])).length).toBe(1);
  });
});

describe('the list of jobs', () => {
  it('is read to its end while jobs are added, without repeats and gaps', async () => {
    const tag = 'paged';
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) ids.push(await aJob({ tags: [tag] }));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Answer = await call('GET', `?tag=${tag}&limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...(page.body['items'] as { id: string }[]).map((job) => job.id));
      cursor = page.body['nextCursor'] as string | null;
      await aJob({ tags: [tag] });
    }
    expect(seen).toEqual([...ids].reverse());
  });

  it('is filtered by part of the name, class and pause, alone and together', async () => {
    const id = await aJob({ name: 'Weekly REPORT 100%', jobClass: 'reports.Weekly', paused: true });
    await aJob({ name: 'Weekly chart', jobClass: 'reports.Weekly' });
    const found = async (query: string) =>
      ((await call('GET', `?${query}`)).body['items'] as { id: string }[]).map((job) => job.id);
    expect(await found('q=report')).toEqual([id]);
    expect(await found('q=100%25')).toEqual([id]);
    expect(await found('q=%25')).toEqual([id]);
    expect(await found('jobClass=reports.Weekly&paused=true')).toEqual([id]);
    expect(await found('jobClass=reports.Weekly')).toHaveLength(2);
    expect(await found('jobClass=reports.Weekly&paused=false&q=report')).toEqual([]);
  });

  it('shows a tenant its own jobs only', async () => {
    await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'other')`);
    const id = await aJob();
    const as = { tenant: 'other' };
    expect((await call('GET', '', undefined, as)).body['items']).toEqual([]);
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', {}],
      ['DELETE', ''],
      ['POST', '/run', {}],
      ['POST', '/pause'],
      ['GET', '/triggers'],
    ] as const) {
      expect((await call(method, `/${id}${path}`, body, as)).status).toBe(404);
    }
  });
});

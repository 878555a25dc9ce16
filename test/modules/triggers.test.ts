import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type Answer, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
let jobId: string;
beforeAll(async () => {
  native = await startNativeApp();
  jobId = (await native.call('POST', '/api/v2/jobs', { body: { name: 'j', jobClass: 'noop' } })).body['id'] as string;
});
afterAll(() => native.close());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  native.call(method, `/api/v2/jobs/${jobId}/triggers${path}`, { headers, ...(body !== undefined && { body }) });
async function aTrigger(body: object): Promise<string> {
  const made = await call('POST', '', body);
  expect(made.status, made.text).toBe(201);
  return made.body['id'] as string;
}
const auditOf = (id: string) =>
  native.sql<{ event: string; before: object | null; after: object | null }>(
    'SELECT event, before, after FROM audit_log WHERE subject_id = $1 ORDER BY id',
    [id],
  );

const RULES = {
  name: 'rules',
  timeZone: 'Europe/Berlin',
  startAt: '2030-01-01T00:00:00.000Z',
  endAt: '2031-01-01T00:00:00.000Z',
  maxRuns: 5,
  jitterSeconds: 1.5,
  misfirePolicy: 'fire_all',
  misfireGraceSeconds: 0,
  misfireCap: 7,
  catchUpWindowSeconds: 3600,
  dstGap: 'skip',
  dstOverlap: 'both',
  paused: false,
};
const DEFAULTS = {
  name: '',
  timeZone: 'UTC',
  startAt: null,
  endAt: null,
  maxRuns: null,
  runCount: 0,
  jitterSeconds: 0,
  misfirePolicy: 'fire_once',
  misfireGraceSeconds: 60,
  misfireCap: 100,
  catchUpWindowSeconds: null,
  dstGap: 'run_at_transition',
  dstOverlap: 'first',
  paused: false,
};

describe('a trigger', () => {
  it.each([
    { kind: 'cron', expression: '30 2 * * mon-fri' },
    { kind: 'cron', fields: { minute: '*/10', day_of_week: '0' } },
    { kind: 'interval', everySeconds: 1.5, anchorAt: '2026-01-01T00:00:00.000Z' },
    { kind: 'date', at: '2030-06-01T12:00:00.000Z' },
  ])('of the kind $kind is stored as it was given, with the defaults or with everything', async (spec) => {
    const plain = await call('POST', '', spec);
    expect(plain.status, plain.text).toBe(201);
    expect(plain.body).toMatchObject({ ...spec, ...DEFAULTS, jobId, version: 1 });
    expect(plain.headers.get('location')).toBe(`/api/v2/jobs/${jobId}/triggers/${String(plain.body['id'])}`);
    const full = await call('POST', '', { ...spec, ...RULES });
    expect(full.body).toMatchObject({ ...spec, ...RULES });
    const read = await call('GET', `/${String(full.body['id'])}`);
    expect(read.body).toEqual(full.body);
    expect(read.headers.get('etag')).toBe('"1"');
    const reset = await call('PUT', `/${String(full.body['id'])}`, spec);
    expect(reset.body).toMatchObject({ ...spec, ...DEFAULTS, version: 2 });
  });

  it('keeps its next instant when a change does not touch the schedule, and gets a new one when it does', async () => {
    const id = await aTrigger({ kind: 'interval', everySeconds: 3600, endAt: '2040-01-01T00:00:00Z', maxRuns: 3 });
    await native.sql(`UPDATE triggers SET next_fire_at = now() - interval '1 minute' WHERE id = $1`, [id]);
    const before = (await call('GET', `/${id}`)).body['nextFireAt'];
    const named = await call('PATCH', `/${id}`, { name: 'n', misfirePolicy: 'skip' });
    expect(named.body['nextFireAt']).toBe(before);
    const longer = await call('PATCH', `/${id}`, { everySeconds: 7200, endAt: null, maxRuns: null });
    expect(longer.body).toMatchObject({ everySeconds: 7200, endAt: null, maxRuns: null, name: 'n', version: 3 });
    expect(Date.parse(longer.body['nextFireAt'] as string)).toBeGreaterThan(Date.now());
    expect((await auditOf(id)).map(({ event, after }) => [event, Object.keys(after ?? {}).sort()]).slice(1)).toEqual([
      ['trigger.updated', ['misfirePolicy', 'name']],
      ['trigger.updated', ['endAt', 'maxRuns', 'spec']],
    ]);
  });

  it('changes its kind when the fields of the new one are there', async () => {
    const id = await aTrigger({ kind: 'cron', expression: '0 0 * * *' });
    const changed = await call('PATCH', `/${id}`, { kind: 'date', at: '2030-01-01T00:00:00.000Z' });
    expect(changed.body).toMatchObject({
      kind: 'date',
      at: '2030-01-01T00:00:00.000Z',
      nextFireAt: '2030-01-01T00:00:00.000Z',
    });
    expect(changed.body).not.toHaveProperty('expression');
  });

  it('is over when it may not run more often than it has, and goes on when it may', async () => {
    const id = await aTrigger({ kind: 'interval', everySeconds: 60 });
    await native.sql('UPDATE triggers SET run_count = 4 WHERE id = $1', [id]);
    expect((await call('PATCH', `/${id}`, { maxRuns: 4 })).body['nextFireAt']).toBeNull();
    expect((await call('PATCH', `/${id}`, { maxRuns: 5 })).body['nextFireAt']).not.toBeNull();
  });

  it('is paused and resumed once, whoever asks again', async () => {
    const id = await aTrigger({ kind: 'interval', everySeconds: 60 });
    const paused = await call('POST', `/${id}/pause`);
    expect(paused.body).toMatchObject({ paused: true, nextFireAt: null, version: 2 });
    expect((await call('POST', `/${id}/pause`)).body).toEqual(paused.body);
    const resumed = await call('POST', `/${id}/resume`);
    expect(resumed.body).toMatchObject({ paused: false, version: 3 });
    expect(resumed.body['nextFireAt']).not.toBeNull();
    expect((await call('POST', `/${id}/resume`)).body).toEqual(resumed.body);
    expect((await auditOf(id)).map(({ event, before, after }) => [event, before, after]).slice(1)).toEqual([
      ['trigger.paused', { paused: false }, { paused: true }],
      ['trigger.resumed', { paused: true }, { paused: false }],
    ]);
  });

  it('is changed only at the version that the client has seen', async () => {
    const id = await aTrigger({ kind: 'interval', everySeconds: 60 });
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'x' }],
      ['PUT', '', { kind: 'interval', everySeconds: 5 }],
      ['POST', '/pause'],
      ['DELETE', ''],
    ] as const) {
      const stale = await call(method, `/${id}${path}`, body, { 'if-match': '"7"' });
      expect([method, stale.status, stale.body['code']]).toEqual([method, 412, 'precondition_failed']);
    }
    expect(await auditOf(id)).toHaveLength(1);
    expect((await call('PATCH', `/${id}`, { name: 'x' }, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"');
  });

  it('is gone after its deletion and fires no more', async () => {
    const id = await aTrigger({ kind: 'interval', everySeconds: 60 });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE'] as const) expect((await call(method, `/${id}`)).status).toBe(404);
    expect((await native.call('GET', `/api/v2/jobs/${jobId}`)).text).not.toContain(id);
    expect((await call('GET', '')).text).not.toContain(id);
    expect(await native.sql('SELECT next_fire_at AS next FROM triggers WHERE id = $1', [id])).toEqual([{ next: null }]);
    expect((await auditOf(id)).at(-1)).toMatchObject({ event: 'trigger.deleted', after: null });
  });
});

describe('the preview', () => {
  const AFTER = '2026-03-28T00:00:00Z';

  it('of a stored trigger ends with the runs that it has left, and shows what daylight saving does', async () => {
    const id = await aTrigger({ kind: 'cron', expression: '30 2 * * *', timeZone: 'Europe/Berlin', maxRuns: 3 });
    await native.sql('UPDATE triggers SET run_count = 1 WHERE id = $1', [id]);
    const answer = await call('GET', `/${id}/preview?after=${AFTER}&count=9`);
    expect(answer.body['instants']).toEqual([
      { at: '2026-03-28T01:30:00.000Z', local: '2026-03-28T02:30:00+01:00', dst: null, excludedBy: null },
      { at: '2026-03-29T01:00:00.000Z', local: '2026-03-29T03:00:00+02:00', dst: 'gap_transition', excludedBy: null },
    ]);
    expect((await call('GET', `/${id}/preview?count=0`)).status).toBe(400);
  });

  it('of an unsaved schedule stores nothing, and is empty for one that has passed', async () => {
    const preview = (body: object) => native.call('POST', '/api/v2/schedules/preview', { body });
    const count = () => native.sql('SELECT count(*) FROM triggers');
    const before = await count();
    const days = await preview({ kind: 'cron', expression: '0 12 * * *', after: AFTER, count: 3 });
    expect(days.status).toBe(200);
    expect((days.body['instants'] as { at: string }[]).map((i) => i.at.slice(0, 13))).toEqual([
      '2026-03-28T12',
      '2026-03-29T12',
      '2026-03-30T12',
    ]);
    expect((await preview({ kind: 'interval', everySeconds: 1 })).body['instants']).toHaveLength(10);
    expect((await preview({ kind: 'date', at: '2001-01-01T00:00:00Z' })).body['instants']).toEqual([]);
    expect(await count()).toEqual(before);
  });
});

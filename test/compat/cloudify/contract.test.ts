// Rules of the contract that neither the golden file nor a story of a run shows.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startCloudifyApp, type CloudifyApp } from './cloudify-app.js';

let app: CloudifyApp;
beforeAll(async () => {
  app = await startCloudifyApp();
  await app.deploy('driven', { driver: 'client' });
});
afterAll(() => app.close());

const act = (id: unknown, action: string) => app.ask('POST', `/executions/${String(id)}`, { action });
const patch = (id: unknown, status: string, error?: string) =>
  app.ask('PATCH', `/executions/${String(id)}`, { status, ...(error !== undefined && { error }) });
const status = async (id: unknown) => (await app.ask('GET', `/executions/${String(id)}`)).body['status'];
/** A new execution that a client drives, pending, whatever else is under way. */
const driven = async () => (await app.start('driven', 'install', { force: 'true' })).body['id'];

describe('lists', () => {
  // contract A3, GET /executions: `_size` absent, more than the most, and what the sources know besides
  it('have at most 1,000 rows, whatever is asked for, and the rest behind an offset', async () => {
    await app.deploy('capped', { driver: 'client' });
    await app.sql(
      `INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters, created_by, state, finished_at)
       SELECT gen_random_uuid(), j.tenant_id, j.id, 'manual', now() - n * interval '1 second', 'noop', '[]', '{}', 'anonymous', 'succeeded', now()
         FROM jobs j, generate_series(1, 1005) n WHERE j.name = 'install of capped'`,
    );
    const page = async (query: string) => {
      const { body } = await app.ask('GET', `/executions?deployment_id=capped&_include=id&${query}`);
      const { pagination } = body['metadata'] as { pagination: unknown };
      return [(body['items'] as unknown[]).length, pagination];
    };
    expect(await page('')).toEqual([1000, { total: 1005, offset: 0, size: 0 }]);
    expect(await page('_offset=1000')).toEqual([5, { total: 1005, offset: 1000, size: 0 }]);
    expect(await page('_size=2000')).toEqual([1000, { total: 1005, offset: 0, size: 2000 }]);
    expect(await page('_size=3&_offset=1003')).toEqual([2, { total: 1005, offset: 1003, size: 3 }]);
    expect(await page('_size=2&_all_tenants=False&_get_data=true&_group_id=x')).toEqual([
      2,
      { total: 1005, offset: 0, size: 2 },
    ]);
  });
});

describe('of executions, and what is beside them', () => {
  it('a start may call its time schedule, and then stands in the list with it', async () => {
    const { status: code, body } = await app.start('driven', 'install', { schedule: '209912312359+0200' });
    expect([code, body['status'], body['scheduled_for']]).toEqual([201, 'scheduled', '2099-12-31T21:59:00.000Z']);
    const found = await app.ask('GET', '/executions?scheduled_for=2099-12-31T21:59:00.000Z&_include=id');
    expect(found.body['items']).toEqual([{ id: body['id'] }]);
    expect((await act(body['id'], 'cancel')).body['status']).toBe('cancelled');
  });

  it('one that stands in line is cancelled at once, and the next takes its place', async () => {
    await app.deploy('line', { driver: 'client' });
    const start = async () => (await app.start('line', 'install', { queue: 'TRUE' })).body['id'];
    const [first, second, third] = [await start(), await start(), await start()];
    expect((await act(second, 'cancel')).body).toMatchObject({ status: 'cancelled', error: '' });
    expect(await status(third)).toBe('queued');
    await patch(first, 'terminated');
    expect(await status(third)).toBe('pending');
    await patch(third, 'terminated');
  });

  it.each([[{}], [{ status: null }], [{ status: 5 }], [{ status: 'failed', error: 5 }], [[]]])(
    'an update with %j is refused and changes nothing',
    async (body) => {
      const id = await driven();
      expect(refusal(await app.ask('PATCH', `/executions/${String(id)}`, body)).slice(0, 2)).toEqual([
        400,
        'bad_parameters_error',
      ]);
      expect(await status(id)).toBe('pending');
      await patch(id, 'terminated');
    },
  );

  it('a beginning and an end have their times, and an error goes with the next update', async () => {
    const id = await driven();
    const begun = (await patch(id, 'started')).body;
    expect([typeof begun['started_at'], begun['ended_at']]).toEqual(['string', null]);
    const ended = (await patch(id, 'failed', 'why')).body;
    expect([ended['started_at'], typeof ended['ended_at'], ended['error']]).toEqual([
      begun['started_at'],
      'string',
      'why',
    ]);
    expect((await patch(id, 'failed')).body['error']).toBe('');
  });

  it('executions that have ended go by a time too, and only those', async () => {
    await app.deploy('dated', { driver: 'client' });
    const old = (await app.start('dated', 'install')).body;
    await patch(old['id'], 'terminated');
    const open = (await app.start('dated', 'install')).body;
    const removed = await app.ask('DELETE', '/executions?deployment_id=dated', { to_datetime: open['created_at'] });
    expect([removed.status, removed.body['items']]).toEqual([200, [{ count: 1 }]]);
    const left = await app.ask('GET', '/executions?deployment_id=dated&_include=id');
    expect(left.body['items']).toEqual([{ id: open['id'] }]);
    expect(refusal(await app.ask('GET', `/executions/${String(old['id'])}`))[0]).toBe(404);
  });

  it('a blueprint and a tenant that are there are shown', async () => {
    expect((await app.ask('GET', '/blueprints/hello-world')).body).toMatchObject({
      id: 'hello-world',
      state: 'uploaded',
    });
    expect((await app.ask('GET', '/tenants/default_tenant')).body).toEqual({ name: 'default_tenant' });
    for (const path of ['/blueprints/nothing', '/tenants/nobodys'])
      expect(refusal(await app.ask('GET', path)).slice(0, 2)).toEqual([404, 'not_found_error']);
  });
});

// Editing and deleting jobs, and what of it shows in /api/v2. Nothing runs here but what the last tests let run.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeApp } from '../../http/native-app.js';
import { until } from '../../support/until.js';
import { CdrouterClient, CONFIG, NEVER, startCdrouterApp } from './cdrouter-app.js';

let native: NativeApp;
let client: CdrouterClient;
let config: string;
let device: string;
let one: string;
let two: string;
beforeAll(async () => {
  native = await startCdrouterApp();
  client = new CdrouterClient(native);
  config = await client.made('configs', CONFIG);
  device = await client.made('devices', { name: 'Device Foo' });
  one = await client.made('packages', { name: 'one' });
  two = await client.made('packages', { name: 'two', config_id: config });
});
afterAll(() => native.close());

const pending = (over: object = {}): Promise<string> => client.launch(one, { run_at: NEVER, ...over });
/** Executions of this number in the native API's words, past its pages. */
const executionOf = async (number: string): Promise<Record<string, unknown>> => {
  const [row] = await native.sql<{ id: string }>('SELECT id FROM executions WHERE number = $1', [number]);
  return (await native.call('GET', `/api/v2/executions/${row?.id ?? ''}`)).body;
};
/** A package whose runs take as long as nobody stops them. */
async function endless(name: string, lan: string): Promise<string> {
  const made = await native.call('POST', '/api/v2/jobs', {
    body: { name, jobClass: 'shell', args: ['sleep 600'], interfaces: [lan] },
  });
  return String(made.body['number']);
}

describe('editing a pending job', () => {
  it('keeps its id, its time and its options', async () => {
    const id = await pending({ options: { tags: ['kept'] } });
    const before = (await client.get(`jobs/${id}/`)).data;
    const { status, data } = await client.call('PATCH', `jobs/${id}/`, {
      body: { package_id: two, device_id: device, config_id: config },
    });
    expect([status, data]).toMatchObject([
      200,
      {
        ...{
          id,
          package_id: two,
          package_name: 'two',
          device_id: device,
          device_name: 'Device Foo',
          config_id: config,
        },
        ...{ status: 'pending', created: before['created'], run_at: before['run_at'] },
        ...{ options: { tags: ['kept'] }, interface_names: ['eth1', 'wifi0'] },
      },
    ]);
    expect((await client.get(`jobs/${id}/`)).data).toEqual(data);
    expect(await client.ids(`filter=id=${id}`)).toEqual([id]);
  });

  it('leaves what the body does not name, and null too; 0 takes away', async () => {
    const id = await pending({ device_id: device, config_id: config });
    const same = await client.call('PATCH', `jobs/${id}/`, {
      body: { package_id: null, device_id: null, config_id: null },
    });
    expect(same.data).toMatchObject({ package_id: one, device_id: device, config_id: config });
    const less = await client.call('PATCH', `jobs/${id}/`, { body: { device_id: '0' } });
    expect(less.data).toMatchObject({ device_id: '0', device_name: '', config_id: config });
  });

  it('shows in /api/v2 as one that was cancelled and one that waits', async () => {
    const id = await pending();
    const old = String((await executionOf(id))['id']);
    await client.call('PATCH', `jobs/${id}/`, { body: { package_id: two } });
    expect(await executionOf(id)).toMatchObject({ number: Number(id), jobName: 'two', state: 'scheduled' });
    const replaced = (await native.call('GET', `/api/v2/executions/${old}`)).body;
    expect(replaced).toMatchObject({ state: 'cancelled', reason: 'replaced', jobName: 'one' });
  });

  it('is refused when it is not pending, or names what is not there, and then changes nothing', async () => {
    const done = await client.launch(one);
    const before = await client.reaches(done, 'completed');
    const refused = await client.call('PATCH', `jobs/${done}/`, { body: { package_id: two } });
    expect([refused.status, refused.error]).toEqual([
      409,
      `job ${done} is not pending any more, so it cannot be edited`,
    ]);
    expect((await client.get(`jobs/${done}/`)).data).toEqual(before);
    const id = await pending();
    const unknown = await client.call('PATCH', `jobs/${id}/`, { body: { config_id: '999999999' } });
    expect([unknown.status, unknown.error]).toEqual([404, 'no such config']);
    expect((await client.get(`jobs/${id}/`)).data).toMatchObject({ status: 'pending', package_id: one });
    expect((await client.call('PATCH', 'jobs/999999999/', { body: {} })).error).toBe('no such job');
  });

  it('that is refused does not even number the result, which nobody has read yet', async () => {
    const done = await client.launch(one);
    const ended = async () =>
      (await native.sql(`SELECT 1 FROM executions WHERE number = $1 AND state IS NOT NULL`, [done]))[0];
    await until('it has ended', ended);
    const unread = `UPDATE run_sheets s SET result_number = NULL, result_at = NULL FROM executions e WHERE e.id = s.execution_id AND e.number = $1`;
    await native.sql(unread, [done]);
    expect((await client.call('PATCH', `jobs/${done}/`, { body: { package_id: two } })).status).toBe(409);
    const numbered = `SELECT 1 FROM run_sheets s JOIN executions e ON e.id = s.execution_id WHERE e.number = $1 AND s.result_number IS NOT NULL`;
    expect(await native.sql(numbered, [done])).toEqual([]);
  });

  it('of many edits at once leaves one job under the id', async () => {
    const id = await pending();
    const edits = Array.from({ length: 10 }, (_, i) =>
      client.call('PATCH', `jobs/${id}/`, { body: { package_id: i % 2 === 0 ? one : two } }),
    );
    const statuses = (await Promise.all(edits)).map(({ status }) => status);
    expect(statuses.filter((status) => ![200, 409].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
    expect(await client.ids(`filter=id=${id}`)).toEqual([id]);
    const [live] = await native.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM live_runs l JOIN executions e ON e.id = l.id WHERE e.number = $1',
      [id],
    );
    expect(live).toEqual({ n: 1 });
  });
});

describe('deleting', () => {
  it('cancels what is pending, and it is gone here but not from the history', async () => {
    const id = await pending();
    const gone = await client.call('DELETE', `jobs/${id}/`);
    expect([gone.status, gone.answer.text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE', 'PATCH'])
      expect((await client.call(method, `jobs/${id}/`, method === 'PATCH' ? { body: {} } : {})).error).toBe(
        'no such job',
      );
    expect(await client.ids(`filter=id=${id}`)).toEqual([]);
    expect(await executionOf(id)).toMatchObject({ state: 'cancelled' });
  });

  it('stops what runs', async () => {
    const id = await client.launch(await endless('stopped', 'eth30'));
    await client.reaches(id, 'running');
    expect((await client.call('DELETE', `jobs/${id}/`)).status).toBe(204);
    expect((await client.get(`jobs/${id}/`)).status).toBe(404);
    await until('it has stopped', async () => (await executionOf(id))['state'] === 'cancelled');
  });

  it('in bulk by a filter or all spares what runs; by name it does not', async () => {
    const running = await client.launch(await endless('spared', 'eth31'));
    await client.reaches(running, 'running');
    const waiting = await client.launch(one, { run_at: NEVER, options: { tags: ['bulk'] } });
    const filter = `filter=options.tags@>{bulk}&filter=id=${running}&type=union`;
    expect((await client.post(`jobs/?bulk=delete&all=False&${filter}`)).status).toBe(204);
    expect(await client.ids(`filter=id>=${running}`)).toEqual([running]);
    expect((await client.get(`jobs/${waiting}/`)).status).toBe(404);
    expect((await client.post('jobs/?bulk=delete&all=True')).status).toBe(204);
    expect(await client.ids('')).toEqual([running]);
    expect((await client.post('jobs/?bulk=delete', { jobs: [{ id: Number(running) }] })).status).toBe(204);
    expect(await client.ids('')).toEqual([]);
    await until('it has stopped', async () => (await executionOf(running))['state'] === 'cancelled');
  });
});

describe('interfaces', () => {
  it('are held by one running job at a time, whichever package it is of', async () => {
    const holder = await client.launch(await endless('holder', 'eth40'));
    await client.reaches(holder, 'running');
    const waiting = await client.launch(one, { options: { extra_cli_args: '-testvar lanInterface=eth40' } });
    const free = await client.launch(one, { options: { extra_cli_args: '-testvar lanInterface=eth41' } });
    await client.reaches(free, 'completed');
    expect((await client.get(`jobs/${waiting}/`)).data).toMatchObject({ status: 'pending' });
    await client.call('DELETE', `jobs/${holder}/`);
    await client.reaches(waiting, 'completed');
  });
});

describe('the same executions in /api/v2', () => {
  it('have the same states under our names, also those that were made there', async () => {
    const job = await native.call('POST', '/api/v2/jobs', {
      body: { name: 'native', jobClass: 'shell', args: ['exit 3'], interfaces: ['eth50'] },
    });
    const run = await native.call('POST', `/api/v2/jobs/${String(job.body['id'])}/run`, { body: {} });
    const failed = await client.reaches(String(run.body['number']), 'error');
    expect(failed).toMatchObject({
      ...{ package_name: 'native', package_id: String(job.body['number']), interface_names: ['eth50'] },
      ...{ automatic: false, config_name: '', config_id: '0' },
    });
    expect(failed['result_id']).toMatch(/^\d{14}$/);
    const id = await client.launch(one);
    await client.reaches(id, 'completed');
    expect(await executionOf(id)).toMatchObject({ state: 'succeeded', source: 'manual', createdBy: 'anonymous' });
    expect(await executionOf(await pending())).toMatchObject({ state: 'scheduled' });
    const [events] = await native.sql<{ events: string[] }>(
      `SELECT array_agg(a.event ORDER BY a.id) AS events FROM audit_log a JOIN executions e ON e.id::text = a.subject_id WHERE e.number = $1`,
      [id],
    );
    expect(events).toEqual({ events: ['execution.requested'] });
  });

  it('give results numbers of their own, however many begin in one second', async () => {
    const { list } = await client.post('jobs/?bulk=launch', {
      jobs: Array.from({ length: 30 }, () => ({ package_id: one })),
    });
    await Promise.all(list.map(({ id }) => client.reaches(String(id), 'completed')));
    const [first, last] = [list[0]?.['id'], list.at(-1)?.['id']].map(String);
    const twice = await Promise.all(
      [1, 2].map(() => client.get(`jobs/?limit=none&filter=id>=${first}&filter=id<=${last}`)),
    );
    const [numbers, again] = twice.map((page) => page.list.map((job) => job['result_id']));
    expect(new Set(numbers).size).toBe(30);
    expect(again).toEqual(numbers);
  });

  it('are launched by the schedule of the package too', async () => {
    const id = await client.made('packages', {
      name: 'scheduled',
      schedule: { enabled: true, spec: '* * * * * *', options: null },
    });
    const { list } = await until('it ran', async () => {
      const found = await client.get(`jobs/?filter=automatic=true&filter=package_id=${id}&filter=status=completed`);
      return found.list.length > 0 && found;
    });
    expect(list[0]).toMatchObject({ automatic: true, package_id: id, user_id: '0' });
    const off = await client.call('PATCH', `packages/${id}/`, {
      body: { schedule: { enabled: false, spec: '0 3 * * *' } },
    });
    expect(off.data['schedule']).toMatchObject({ enabled: false, spec: '0 3 * * *' });
    const none = await client.call('PATCH', `packages/${id}/`, { body: { schedule: { enabled: false, spec: '' } } });
    expect(none.data['schedule']).toMatchObject({ enabled: false, spec: '' });
  });
});

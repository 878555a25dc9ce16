// What lists find, whichever way the statements take: every field and many filters, compared with what the whole list says of itself. The rows are launches
// and runs of other APIs, waiting and ended, some put away.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { CdrouterClient, NEVER } from './cdrouter-app.js';

type Job = Readonly<Record<string, unknown>>;

let native: NativeApp;
let client: CdrouterClient;
let all: readonly Job[];
beforeAll(async () => {
  native = await startNativeApp();
  client = new CdrouterClient(native);
  const config = await client.made('configs', { name: 'lab', contents: 'testvar lanInterface eth1' });
  const device = await client.made('devices', { name: 'Device Foo' });
  const packages = [await client.made('packages', { name: 'dns' }), await client.made('packages', { name: 'DHCP' })];
  const natives = (await native.call('GET', '/api/v2/jobs')).body['items'] as { id: string; name: string }[];
  const made: string[] = [];
  for (let i = 0; i < 24; i++) {
    if (i % 3 === 0) {
      const jobId = natives.find(({ name }) => name === (i % 2 ? 'dns' : 'DHCP'))?.id ?? '';
      made.push(String((await native.call('POST', `/api/v2/jobs/${jobId}/run`, { body: {} })).body['number']));
    } else
      made.push(
        await client.launch(packages[i % 2] ?? '', {
          ...{ run_at: i % 4 === 0 ? NEVER : `2090-01-${10 + (i % 7)}`, ...(i % 5 === 0 && { config_id: config }) },
          ...{ ...(i % 7 === 0 && { device_id: device }), options: { tags: i % 2 ? ['x', 'y'] : null } },
        }),
      );
  }
  await end(made.slice(0, 4), 'succeeded');
  await end(made.slice(4, 7), 'failed');
  await end(made.slice(9, 18), 'succeeded');
  await end(made.slice(18, 19), 'cancelled');
  // One of each kind is put away: with and without a sheet of its own, ended and waiting.
  for (const number of [made[1], made[3], made[5], made[20], made[21]])
    expect((await client.call('DELETE', `jobs/${number ?? ''}/`)).status).toBe(204);
  all = (await client.get('jobs/?limit=none')).list;
  expect(all).toHaveLength(19);
});
afterAll(() => native.close());

/** Ends waiting runs as the statement of a worker's report would, whose instants are whole milliseconds, several of them begun in one second. */
async function end(numbers: readonly string[], state: string): Promise<void> {
  for (const [i, number] of numbers.entries()) {
    await native.sql('DELETE FROM live_runs l USING executions e WHERE e.id = l.id AND e.number = $1', [number]);
    await native.sql(
      `UPDATE executions SET state = $2, attempt = 1, started_at = '2026-11-22T08:00:00.5Z'::timestamptz + $3 * interval '1 second', finished_at = date_trunc('milliseconds', now()) WHERE number = $1`,
      [number, state, Math.floor(i / 2) + (state === 'failed' ? 100 : 0)],
    );
  }
}

const NUMBERS = ['id', 'package_id', 'device_id', 'config_id', 'user_id', 'result_id'];
const INSTANTS = ['created', 'updated', 'run_at'];
/** A value that compares as the API says; nothing is more than anything. */
function key(job: Job, field: string): number | string {
  const value = job[field];
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  if (NUMBERS.includes(field)) return Number(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return INSTANTS.includes(field) ? Date.parse(text) : text;
}
const order = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Rows of all pages, and the totals that they told. */
async function pages(query: string, limit: number): Promise<{ rows: Job[]; totals: unknown[] }> {
  const rows: Job[] = [];
  const totals: unknown[] = [];
  for (let page = 1; page < 30; page++) {
    const { status, list, links, error } = await client.get(`jobs/?limit=${limit}&page=${page}&${query}`);
    expect([status, error]).toEqual([200, '']);
    rows.push(...list);
    totals.push(links['total']);
    if (list.length < limit) break;
  }
  return { rows, totals: [...new Set(totals)] };
}

describe('in every order', () => {
  const fields = [
    ...NUMBERS,
    ...INSTANTS,
    ...['status', 'active', 'package_name', 'device_name', 'config_name', 'automatic', 'uses_wireless'],
  ];
  it.each(fields.flatMap((field) => [field, `-${field}`]))('%s: each row once, in that order', async (sort) => {
    const field = sort.replace('-', '');
    const { rows, totals } = await pages(`sort=${sort}`, 5);
    expect(totals).toEqual([all.length]);
    // Jobs of one package follow each other by their instants, and those that were made in one moment in any order.
    const isByNumber = !field.startsWith('package');
    const expected = [...all].sort(
      (a, b) =>
        (sort === field ? 1 : -1) * order(key(a, field), key(b, field)) ||
        (isByNumber ? Number(a['id']) - Number(b['id']) : 0),
    );
    const shown = (list: readonly Job[]) => list.map((job) => (isByNumber ? job['id'] : job[field]));
    expect(shown(rows)).toEqual(shown(expected));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(all.length);
  });
});

describe('by every kind of filter', () => {
  const tags = (job: Job): readonly string[] => (job['options'] as { tags: string[] | null }).tags ?? [];
  const result = (): string => String(all.find((job) => job['result_id'] !== undefined)?.['result_id']);
  const filters: [string, () => string, (job: Job) => boolean][] = [
    ['status=completed', () => 'filter=status=completed', (job) => job['status'] === 'completed'],
    ['status!=completed', () => 'filter=status!=completed', (job) => job['status'] !== 'completed'],
    ['status=error', () => 'filter=status=error', (job) => job['status'] === 'error'],
    ['status=stopped', () => 'filter=status=stopped', (job) => job['status'] === 'stopped'],
    ['status=pending', () => 'filter=status=pending', (job) => job['status'] === 'pending'],
    ['active=false', () => 'filter=active=false', () => true],
    ['package_name~*^D', () => 'filter=package_name~*^D', () => true],
    ['package_name=dns', () => 'filter=package_name=dns', (job) => job['package_name'] === 'dns'],
    ['config_name=lab', () => 'filter=config_name=lab', (job) => job['config_name'] === 'lab'],
    ['config_id=0', () => 'filter=config_id=0', (job) => job['config_id'] === '0'],
    ['device_id!=0', () => 'filter=device_id!=0', (job) => job['device_id'] !== '0'],
    ['options.tags@>{x}', () => 'filter=options.tags@>{x}', (job) => tags(job).includes('x')],
    ['options.tags<@{}', () => 'filter=options.tags<@{}', (job) => tags(job).length === 0],
    ['run_at', () => 'filter=run_at>=2090-01-12', (job) => String(job['run_at']) >= '2090-01-12'],
    ['run_at of none', () => 'filter=run_at<2090-01-01', (job) => String(job['run_at']) < '2090'],
    ['result_id=', () => `filter=result_id=${result()}`, (job) => job['result_id'] === result()],
    ['result_id>', () => `filter=result_id>${result()}`, (job) => Number(job['result_id']) > Number(result())],
    ['result_id!=', () => `filter=result_id!=${result()}`, (job) => job['result_id'] !== result()],
    ['result_id>0', () => 'filter=result_id>0', (job) => job['result_id'] !== undefined],
    ['result_id=0', () => 'filter=result_id=20260000000000', () => false],
    ['result_id~', () => `filter=result_id~^${result()}$`, (job) => job['result_id'] === result()],
    [
      'both',
      () => 'filter=status=completed&filter=config_id=0',
      (j) => j['status'] === 'completed' && j['config_id'] === '0',
    ],
    [
      'either',
      () => 'filter=status=error&filter=config_name=lab&type=union',
      (job) => job['status'] === 'error' || job['config_name'] === 'lab',
    ],
    ['id', () => `filter=id<=${String(all[9]?.['id'])}`, (job) => Number(job['id']) <= Number(all[9]?.['id'])],
  ];
  it.each(filters)('%s: the rows that it means, and their number', async (_name, query, means) => {
    const { rows, totals } = await pages(query(), 4);
    expect(rows.map(({ id }) => id)).toEqual(all.filter(means).map(({ id }) => id));
    expect(totals).toEqual([all.filter(means).length]);
  });

  it('numbers results before it looks for them, however nobody has seen the run yet', async () => {
    const id = await client.launch(String(all[0]?.['package_id']), { run_at: NEVER });
    await end([id], 'succeeded');
    await native.sql(`UPDATE executions SET started_at = '2040-02-03T04:05:06.7Z' WHERE number = $1`, [id]);
    const { list } = await client.get('jobs/?filter=result_id>20400101000000');
    expect(list).toMatchObject([{ id, result_id: '20400203040506' }]);
    await client.call('DELETE', `jobs/${id}/`);
    expect((await client.get('jobs/?filter=result_id>20400101000000')).links).toMatchObject({ total: 0 });
  });
});

// Which jobs a bulk operation means: contract B3, the precedence of its three forms, and what clients send beside them. Nothing runs.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { CdrouterClient, NEVER } from './cdrouter-app.js';

let native: NativeApp;
let client: CdrouterClient;
let one: string;
let two: string;
beforeAll(async () => {
  native = await startNativeApp();
  client = new CdrouterClient(native);
  one = await client.made('packages', { name: 'one' });
  two = await client.made('packages', { name: 'two' });
});
afterAll(() => native.close());
beforeEach(async () => {
  await client.post('jobs/?bulk=delete&all=true');
});

const launched = async (query: string, body?: unknown): Promise<unknown[]> => {
  const { status, list, error, answer } = await client.post(`jobs/?bulk=launch${query}`, body);
  expect([status, error]).toEqual([200, '']);
  expect(answer.body).not.toHaveProperty('links');
  return list.map((job) => job['package_id']);
};

it('jobs of the body come before all, and all before a filter', async () => {
  expect(await launched('&all=True&filter=name=one', { jobs: [{ package_id: two }] })).toEqual([two]);
  expect(await launched('&all=TRUE&filter=name=one', {})).toEqual([one, two]);
  expect(await launched('&all=False&filter=name=two', {})).toEqual([two]);
  expect(await launched('&filter=name=one&filter=name=two&type=union')).toEqual([one, two]);
  expect(await launched('&filter=name=one&filter=name=two', {})).toEqual([]);
});

it('a package_id of null among the fields does not take the place of the package that was found', async () => {
  expect(await launched('&filter=name=two', { fields: { package_id: null, run_at: NEVER } })).toEqual([two]);
});

it('keys that only answers have are passed over when they are null', async () => {
  const readOnly = [
    ...[
      'id',
      'active',
      'status',
      'package_name',
      'device_name',
      'config_name',
      'result_id',
      'user_id',
      'created',
      'updated',
      'automatic',
    ],
    ...[
      'interface_names',
      'interfaces',
      'uses_wireless',
      'uses_ics',
      'ics_interface_name',
      'device_id',
      'config_id',
      'options',
      'run_at',
    ],
  ];
  const nulls = Object.fromEntries(readOnly.map((key) => [key, null]));
  expect(
    await launched('&all=False', {
      jobs: [
        { ...nulls, package_id: two },
        { ...nulls, package_id: one },
      ],
    }),
  ).toEqual([two, one]);
});

it('one launch that cannot be leaves none of them', async () => {
  const answer = await client.post('jobs/?bulk=launch', { jobs: [{ package_id: one }, { package_id: '999999999' }] });
  expect([answer.status, answer.error]).toEqual([404, 'no such package']);
  expect(await client.ids('')).toEqual([]);
});

it.each(['', '&all=False', '&all=0'])(
  'a deletion%s that selects nothing is refused and deletes nothing',
  async (query) => {
    await client.launch(one, { run_at: NEVER });
    const answer = await client.post(`jobs/?bulk=delete${query}`);
    expect([answer.status, answer.error]).toEqual([400, expect.stringContaining('nothing is selected')]);
    expect(await client.ids('')).toHaveLength(1);
  },
);

it('jobs of the body come before all in a deletion too', async () => {
  const [kept, gone] = [await client.launch(one, { run_at: NEVER }), await client.launch(one, { run_at: NEVER })];
  expect((await client.post('jobs/?bulk=delete&all=true', { jobs: [{ id: gone }] })).status).toBe(204);
  expect(await client.ids('')).toEqual([kept]);
});

it('of an empty list page 1 is the only one, and says where it ends', async () => {
  const { list, links } = await client.get('jobs/');
  expect([list, links['total'], links['next']]).toEqual([[], 0, 0]);
});

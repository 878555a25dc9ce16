// Jobs of the CDRouter API from launch to deletion, with a real worker.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeApp } from '../../http/native-app.js';
import { CdrouterClient, CONFIG, NEVER, startCdrouterApp } from './cdrouter-app.js';

let native: NativeApp;
let client: CdrouterClient;
let config: string;
let one: string;
beforeAll(async () => {
  native = await startCdrouterApp();
  client = new CdrouterClient(native);
  config = await client.made('configs', CONFIG);
  one = await client.made('packages', { name: 'one', config_id: config, testlist: ['cdrouter_nat_1'] });
});
afterAll(() => native.close());

const LAN = { name: 'lan', value: 'eth1', is_wireless: false, is_ics: false };
const WAN = { name: 'wan', value: 'wifi0', is_wireless: true, is_ics: false };

describe('launching', () => {
  it('runs a job of the package, which gets a result', async () => {
    const launched = await client.post('jobs/', { package_id: one });
    expect([launched.status, launched.data]).toMatchObject([
      200,
      { status: 'pending', active: false, automatic: false },
    ]);
    expect(launched.data).not.toHaveProperty('result_id');
    const job = await client.reaches(String(launched.data['id']), 'completed');
    expect(job['result_id']).toMatch(/^\d{14}$/);
    const found = await client.get(`jobs/?filter=result_id=${String(job['result_id'])}`);
    expect(found.list).toEqual([job]);
  });

  it('takes what the client sends: null for all that is not set, also within options', async () => {
    const options = { tags: null, skip_tests: null, begin_at: null, end_at: null, extra_cli_args: null };
    const nulls = { config_id: null, device_id: null, run_at: null };
    const { status, data } = await client.post('jobs/', { package_id: Number(one), options, ...nulls });
    expect(status).toBe(200);
    expect(data).toMatchObject({
      ...{
        package_id: one,
        package_name: 'one',
        device_id: '0',
        device_name: '',
        config_id: '0',
        config_name: 'Config Foo',
      },
      options: { tags: null, skip_tests: null, begin_at: '', end_at: '', extra_cli_args: '' },
      ...{ interfaces: [LAN, WAN], interface_names: ['eth1', 'wifi0'], uses_wireless: true, uses_ics: false },
    });
    expect((await client.post('jobs/', { package_id: one, options: null })).status).toBe(200);
  });

  it('waits for the instant that it names', async () => {
    const { data } = await client.post('jobs/', { package_id: one, run_at: NEVER });
    expect(data).toMatchObject({ status: 'pending', run_at: '9999-12-31T23:59:59.000+00:00' });
    const past = await client.post('jobs/', { package_id: one, run_at: '0001-01-01T00:00:00' });
    await client.reaches(String(past.data['id']), 'completed');
    expect((await client.get(`jobs/${String(data['id'])}/`)).data).toMatchObject({ status: 'pending' });
  });

  it.each([
    [{}, 400, 'package_id is null; it must be the id of a package'],
    [{ package_id: 'x' }, 400, 'package_id is "x"'],
    [{ package_id: '999999999' }, 404, 'no such package'],
    [{ package_id: '<one>', device_id: '999999999' }, 404, 'no such device'],
    [{ package_id: '<one>', config_id: 999999999 }, 404, 'no such config'],
    [{ package_id: '<one>', options: { tags: 'x' } }, 400, 'options.tags is "x"; it must be a list of strings'],
    [{ package_id: '<one>', options: [] }, 400, 'options is []; it must be an object'],
    [{ package_id: '<one>', options: { testvars: [{ value: 1 }] } }, 400, 'options.testvars[0].value is 1'],
    [{ package_id: '<one>', run_at: 'soon' }, 400, 'run_at is "soon"'],
    [
      { package_id: '<one>', options: { extra_cli_args: '-testvar lanInterface=-rf' } },
      400,
      'the interface lan is "-rf"',
    ],
  ])('refuses %j and makes nothing', async (body, status, error) => {
    const before = await client.ids('');
    const answer = await client.post('jobs/', {
      ...body,
      ...('package_id' in body && body.package_id === '<one>' && { package_id: one }),
    });
    expect([answer.status, answer.error]).toEqual([status, expect.stringContaining(error)]);
    expect(await client.ids('')).toEqual(before);
  });

  it('tells the interfaces beforehand, of the config and as they are overridden', async () => {
    const before = await client.ids('');
    const extra = { extra_cli_args: '-testvar lanInterface=eth2' };
    const { list, answer } = await client.post('jobs/?process=interfaces', { package_id: one, options: extra });
    expect(list).toEqual([{ ...LAN, value: 'eth2' }, WAN]);
    expect(answer.body).not.toHaveProperty('links');
    expect(await client.ids('')).toEqual(before);
  });

  it('reads back testvars, whose members are absent where the client sent null', async () => {
    const testvars = [{ group: null, name: 'lanInterface', value: 'eth7', default: null, isdefault: null, line: null }];
    const { data } = await client.post('jobs/', { package_id: one, options: { testvars } });
    expect(data).toMatchObject({
      options: { testvars: [{ name: 'lanInterface', value: 'eth7' }] },
      interface_names: ['eth7', 'wifi0'],
    });
    expect(JSON.stringify(data['options'])).not.toContain('"line"');
  });
});

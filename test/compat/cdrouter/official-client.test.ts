// What the official Python client (cdrouter.py 0.9.4) was seen to send and to read, byte for byte. The rest of its calls is imitated in the neighbours of this file.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { CdrouterClient, CONFIG, NEVER } from './cdrouter-app.js';

let native: NativeApp;
let client: CdrouterClient;
beforeAll(async () => {
  native = await startNativeApp();
  client = new CdrouterClient(native);
});
afterAll(() => native.close());

/** `packages.Options(forever=True)` as the client encodes it. */
const FOREVER = {
  ...{ forever: true, loop: null, repeat: null, maxfail: null, duration: null, duration_units: null },
  ...{ duration_interrupt: null, duration_no_error: null, wait: null, pause: null, shuffle: null, seed: null },
  ...{ retry: null, rdelay: null, sync: null },
};
/** What the vendor's own tests read of options that nobody set: the client reads no null, and leaves out what is absent. */
const UNSET = {
  ...{ forever: false, loop: '0', repeat: '0', maxfail: '0', duration: '0', duration_units: 'seconds' },
  ...{ duration_interrupt: false, duration_no_error: false, wait: '0', pause: false, shuffle: false, seed: '0' },
  ...{ retry: '0', rdelay: '0', sync: false },
};

describe('the hostname', () => {
  it('is a text, which `system.hostname()` hands out as it is', async () => {
    const { status, answer } = await client.get('system/hostname/');
    expect([status, answer.body]).toEqual([
      200,
      { timestamp: expect.any(String) as string, data: expect.stringMatching(/^[^\s{]+$/) as string },
    ]);
  });
});

describe('options of a package', () => {
  it('are all there, whatever was set', async () => {
    const { data } = await client.post('packages/', { name: 'forever', options: FOREVER });
    expect(data['options']).toEqual({ ...UNSET, forever: true });
    const id = await client.made('packages', { name: 'silent', options: null });
    expect((await client.get(`packages/${id}/`)).data['options']).toEqual(UNSET);
  });

  it('are kept, those for the end of the time too', async () => {
    const given = { duration: '10', duration_units: 'hours', duration_interrupt: true, duration_no_error: true };
    const id = await client.made('packages', { name: 'timed', options: { ...FOREVER, ...given } });
    expect((await client.get(`packages/${id}/`)).data['options']).toEqual({ ...UNSET, forever: true, ...given });
    const ids = async (filter: string): Promise<unknown[]> =>
      (await client.get(`packages/?filter=name=timed&filter=${filter}`)).list.map((one) => one['id']);
    expect(await ids('options.duration_interrupt=true')).toEqual([id]);
    // As a number: as a text, 10 would come before 9.
    expect(await ids('options.duration%3E9')).toEqual([id]);
    expect(await ids('options.duration%3C9')).toEqual([]);
    expect(await ids('options.loop=0')).toEqual([id]);
  });

  it('that are null stay as they are when others are edited', async () => {
    const id = await client.made('packages', { name: 'partly', options: { ...FOREVER, seed: '7' } });
    const body = { options: { ...FOREVER, forever: null, loop: '3' } };
    const { data } = await client.call('PATCH', `packages/${id}/`, { body });
    expect(data['options']).toEqual({ ...UNSET, forever: true, seed: '7', loop: '3' });
  });

  it('name a unit that there is', async () => {
    const { status, error } = await client.post('packages/', { name: 'x', options: { duration_units: 'years' } });
    expect([status, error]).toEqual([
      400,
      'options.duration_units is "years"; it must be one of seconds, minutes, hours, days',
    ]);
  });
});

describe('interfaces of a package', () => {
  it('are wireless where those of its jobs are', async () => {
    const config = await client.made('configs', { ...CONFIG, name: 'wireless' });
    const { data } = await client.post('packages/', { name: 'wireless', config_id: config });
    expect(data['interfaces']).toEqual([
      { value: 'eth1', is_wireless: false, is_ics: false },
      { value: 'wifi0', is_wireless: true, is_ics: false },
    ]);
  });
});

describe('interfaces before there is anything (`get_interfaces`)', () => {
  const WAN = { name: 'wan', value: 'wifi0', is_wireless: true, is_ics: false };

  it('are told of the contents of a config', async () => {
    const before = (await client.get('configs/')).links['total'];
    const { status, list } = await client.post('configs/?process=interfaces', { contents: CONFIG.contents });
    expect([status, list]).toEqual([200, [{ name: 'lan', value: 'eth1', is_wireless: false, is_ics: false }, WAN]]);
    expect((await client.get('configs/')).links['total']).toBe(before);
  });

  it('are told of a package with its config and its arguments', async () => {
    const config = await client.made('configs', { ...CONFIG, name: 'for interfaces' });
    const body = { name: 'x', config_id: config, extra_cli_args: '-testvar lanInterface=eth7', options: FOREVER };
    const { status, list } = await client.post('packages/?process=interfaces', body);
    expect([status, list]).toEqual([200, [{ name: 'lan', value: 'eth7', is_wireless: false, is_ics: false }, WAN]]);
    expect((await client.get('packages/?filter=name=x')).list).toEqual([]);
    const unknown = await client.post('packages/?process=interfaces', { ...body, config_id: '999999999' });
    expect([unknown.status, unknown.error]).toEqual([404, 'no such config']);
  });

  it.each(['packages/?process=analyze', 'configs/?process=check', 'devices/?process=interfaces'])(
    'only: %s is refused',
    async (path) => {
      const { status, error } = await client.post(path, { contents: '' });
      expect([status, error]).toEqual([400, expect.stringContaining('process is "')]);
    },
  );
});

describe('a filter by an instant', () => {
  it('may be written as Python writes a datetime', async () => {
    const id = await client.launch(await client.made('packages', { name: 'instants' }), { run_at: NEVER });
    // str(datetime(2020, 1, 1)), and one with a zone and microseconds.
    expect(await client.ids('filter=created%3E2020-01-01+00%3A00%3A00')).toContain(id);
    expect(await client.ids('filter=created%3C2120-11-22+20%3A55%3A22.959625%2B00%3A00')).toContain(id);
    expect(await client.ids('filter=created%3E2120-11-22+20%3A55%3A22.959625%2B00%3A00')).not.toContain(id);
  });
});

describe('forms of an answer', () => {
  it('a config is its text, if that is asked for (`configs.get_plaintext`)', async () => {
    const id = await client.made('configs', { ...CONFIG, name: 'plain' });
    const { status, text, headers } = await native.call('GET', `/api/v1/configs/${id}/?format=text`);
    expect([status, text]).toEqual([200, CONFIG.contents]);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it.each([
    ['configs/?template=default', 'template is "default"'],
    ['configs/?bulk=export&ids=1', 'bulk is "export"'],
    ['packages/?bulk=export&ids=1', 'bulk is "export"'],
    ['devices/?bulk=export&ids=1', 'bulk is "export"'],
    ['jobs/?format=csv', 'format is "csv"'],
    ['configs/1/?format=gz', 'format is "gz"'],
    ['packages/1/?format=gz', 'format is "gz"'],
    ['devices/1/?format=gz', 'format is "gz"'],
  ])('that is not served is refused, so that nobody takes JSON for it: %s', async (path, error) => {
    const answer = await client.get(path);
    expect([answer.status, answer.error]).toEqual([400, expect.stringContaining(error)]);
  });
});

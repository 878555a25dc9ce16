// Filters, order and pages of the CDRouter API. Nothing runs: the rows are what the tests say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { CdrouterClient, NEVER } from './cdrouter-app.js';

let native: NativeApp;
let client: CdrouterClient;
/** Ids of the jobs by a letter, in the order of their launch. */
const ids: Record<string, string> = {};
beforeAll(async () => {
  native = await startNativeApp();
  client = new CdrouterClient(native);
  const dns = await client.made('packages', { name: 'dns' });
  const dhcp = await client.made('packages', { name: 'DHCP v4=x' });
  const config = await client.made('configs', {
    name: 'lab',
    contents: 'testvar lanInterface eth1\ntestvar icsInterface wifi2',
  });
  const device = await client.made('devices', { name: 'Device Foo' });
  ids['a'] = await client.launch(dns, {
    run_at: '2090-01-01T00:00:00Z',
    options: { tags: ['x', 'y'], begin_at: 'b1' },
  });
  ids['b'] = await client.launch(dhcp, {
    run_at: '2091-06-01T12:00:00+02:00',
    config_id: config,
    options: { tags: ['y'], skip_tests: ['s'] },
  });
  ids['c'] = await client.launch(dhcp, { run_at: NEVER, device_id: device });
  const job = await native.call('GET', '/api/v2/jobs?q=dns');
  const jobId = (job.body['items'] as { id: string }[])[0]?.id ?? '';
  ids['d'] = String((await native.call('POST', `/api/v2/jobs/${jobId}/run`, { body: {} })).body['number']);
});
afterAll(() => native.close());

const lettersOf = (found: readonly unknown[]): string =>
  found.map((id) => Object.entries(ids).find(([, known]) => known === id)?.[0] ?? '?').join('');
const found = async (query: string): Promise<string> => lettersOf(await client.ids(query.replaceAll('&&', '%26%26')));
const F = 'filter=';

describe('filters of jobs', () => {
  it.each([
    [`${F}package_name=dns`, 'ad'],
    [`${F}package_name=DHCP v4=x`, 'bc'],
    [`${F}package_name!=dns`, 'bc'],
    [`${F}package_name~^DH`, 'bc'],
    [`${F}package_name~^dh`, ''],
    [`${F}package_name~*^dh`, 'bc'],
    [`${F}package_name!~D`, 'ad'],
    [`${F}package_name!~*D`, ''],
    [`${F}package_name>dz`, ''],
    [`${F}status=pending`, 'abcd'],
    [`${F}status!=pending`, ''],
    [`${F}status~end`, 'abcd'],
    [`${F}status=running`, ''],
    [`${F}active=false`, 'abcd'],
    [`${F}active!=false`, ''],
    [`${F}options.tags@>{y}`, 'ab'],
    [`${F}options.tags@>{x,y}`, 'a'],
    [`${F}options.tags<@{y,z}`, 'bcd'],
    [`${F}options.tags&&{x,z}`, 'a'],
    [`${F}options.tags={y,x}`, 'a'],
    [`${F}options.tags!={y,x}`, 'bcd'],
    [`${F}options.tags<@{}`, 'cd'],
    [`${F}options.skip_tests@>{s}`, 'b'],
    [`${F}options.begin_at=b1`, 'a'],
    [`${F}options.begin_at=`, 'bcd'],
    [`${F}config_name=lab`, 'b'],
    [`${F}config_id=0`, 'acd'],
    [`${F}device_name~Foo`, 'c'],
    [`${F}interface_names@>{eth1}`, 'b'],
    [`${F}interface_names&&{wifi2,eth9}`, 'b'],
    [`${F}interface_names<@{}`, 'acd'],
    [`${F}uses_wireless=true`, 'b'],
    [`${F}uses_ics=false`, 'acd'],
    [`${F}ics_interface_name=wifi2`, 'b'],
    [`${F}run_at>2090-01-01`, 'bc'],
    [`${F}run_at>=2090-01-01&${F}run_at<=2091-06-01T10:00:00Z`, 'ab'],
    [`${F}run_at=2091-06-01T12:00:00%2B02:00`, 'b'],
    [`${F}created<2020-01-01`, ''],
    [`${F}automatic=false`, 'abcd'],
    [`${F}user_id=1`, 'abcd'],
    [`${F}user_id>1`, ''],
    [`${F}result_id>0`, ''],
    [`${F}package_name=dns&${F}options.tags@>{x}`, 'a'],
    [`${F}package_name=dns&${F}options.tags@>{x}&type=inter`, 'a'],
    [`${F}package_name=dns&${F}config_name=lab&type=union`, 'abd'],
    [`${F}status=running&${F}device_name=Device Foo&type=union`, 'c'],
  ])('%s', async (query, letters) => expect(await found(query)).toBe(letters));

  it('compare ids as numbers', async () => {
    const [first, last] = [ids['a'] ?? '', ids['d'] ?? ''];
    expect(await found(`${F}id>${first}&sort=-id`)).toBe('dcb');
    expect(await found(`${F}id<=${last}`)).toBe('abcd');
    expect(await found(`${F}id>=0000${first}.0`)).toBe('abcd');
    expect(await found(`${F}id~^${first}$`)).toBe('a');
    expect(await found(`${F}id=99999999999999999999999999`)).toBe('');
  });

  it.each([
    [`${F}nothing=1`, 'the field of filter is "nothing"'],
    [`${F}id;DROP TABLE jobs=1`, 'filter is "id;DROP TABLE jobs=1"'],
    [`${F}package_name~(`, 'A regular expression is not valid'],
    [`${F}package_name~*(a{1,255}){1,255}{9}`, 'A regular expression is not valid'],
    [`${F}options.tags~x`, 'the operator of the filter on options.tags'],
    [`${F}id@>{1}`, 'the operator of the filter on id'],
    [`type=xor`, 'type is "xor"; it must be union or inter'],
    [`page=-1`, 'page is "-1"'],
    [`limit=0`, 'limit is "0"'],
    [`sort=nothing`, 'the field of sort is "nothing"'],
    [`detailed=perhaps`, 'detailed is "perhaps"'],
    [`${F}package_name=%00`, 'U+0000'],
  ])('%s is refused', async (query, error) => {
    const answer = await client.get(`jobs/?${query}`);
    expect([answer.status, answer.error]).toEqual([400, expect.stringContaining(error)]);
  });

  it('are stopped when they take too long', async () => {
    await native.sql(
      `UPDATE jobs SET name = 'slow' || left(md5('1') || md5('2') || md5('3') || md5('4') || md5('5') || md5('6'), 190) WHERE name = 'dns'`,
    );
    const slow = '^(.+)(.+)(.+)(.+)(.+)\\5\\4\\3\\2\\1$';
    const began = Date.now();
    const answer = await client.get(`jobs/?${F}${encodeURIComponent(`package_name~${slow}`)}`);
    await native.sql(`UPDATE jobs SET name = 'dns' WHERE name LIKE 'slow%'`);
    expect([answer.status, answer.error]).toEqual([
      400,
      expect.stringContaining('The regular expressions take longer than 1500 ms'),
    ]);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect((await client.get('jobs/')).status).toBe(200);
  });

  it('treat text as text', async () => {
    expect(await found(`${F}package_name=${encodeURIComponent(`' OR 1=1 --`)}`)).toBe('');
    expect(await found(`${F}options.tags@>{${encodeURIComponent(`'); DROP TABLE jobs; --`)}}`)).toBe('');
  });
});

describe('order and pages', () => {
  it.each([
    ['', 'abcd'],
    ['sort=-id', 'dcba'],
    ['sort=package_name,-id', 'cbda'],
    ['sort=-package_name,%2Bid', 'adbc'],
    ['sort=-package_name,+id', 'adbc'],
    ['sort=run_at', 'dabc'],
    ['sort=-config_name,id', 'bacd'],
    ['sort=status,-created', 'dcba'],
    ['sort=active,uses_wireless,id', 'acdb'],
    ['page=2&limit=2', 'cd'],
    ['page=0', ''],
    ['page=9', ''],
    ['page=2&limit=none', ''],
  ])('%s', async (query, letters) => {
    const { status, list } = await client.get(`jobs/?${query}`);
    expect([status, lettersOf(list.map(({ id }) => id))]).toEqual([200, letters]);
  });

  it('end where the client stops', async () => {
    expect((await client.get('jobs/?limit=3')).links).toEqual({
      current: 1,
      first: 1,
      last: 2,
      limit: 3,
      next: 2,
      total: 4,
    });
    expect((await client.get('jobs/?limit=3&page=2')).links).toEqual({
      current: 2,
      first: 1,
      last: 2,
      limit: 3,
      next: 0,
      prev: 1,
      total: 4,
    });
    for (const page of [0, 3])
      expect((await client.get(`jobs/?limit=3&page=${page}`)).links).toEqual({
        current: page,
        first: 1,
        last: 2,
        limit: 3,
        total: 4,
      });
    expect((await client.get('jobs/?limit=none')).links).toMatchObject({ limit: 4, last: 1, next: 0, total: 4 });
  });

  it('answer HEAD like GET, without a body', async () => {
    const { status, answer } = await client.call('HEAD', 'jobs/');
    expect([status, answer.text]).toEqual([200, '']);
  });

  it('give every row once, also while rows are added, to a client that stops only where next is absent', async () => {
    const busy = await client.made('packages', { name: 'busy' });
    await client.post('jobs/?bulk=launch', {
      jobs: Array.from({ length: 20 }, () => ({ package_id: busy, run_at: NEVER })),
    });
    const before = new Set(await client.ids(''));
    const seen: unknown[] = [];
    const walk = new AbortController();
    const adding = (async () => {
      while (!walk.signal.aborted) await client.launch(busy, { run_at: NEVER });
    })();
    let asked = 0;
    for (let page: number | undefined = 1; page !== undefined && asked < 500; asked++) {
      const { list, links } = await client.get(`jobs/?limit=3&page=${page}`);
      seen.push(...list.map(({ id }) => id));
      if (asked > 15) walk.abort();
      page = links['next'] as number | undefined;
    }
    walk.abort();
    await adding;
    expect(asked).toBeLessThan(500);
    expect(seen).toHaveLength(new Set(seen).size);
    expect([...before].filter((id) => !seen.includes(id))).toEqual([]);
  });
});

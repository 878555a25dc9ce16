// What the official Python client (cloudify-common, cloudify_rest_client 7.1) was seen to send and to read where it went wrong at first; the rest of its calls is
// imitated in the neighbours of this file.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startCloudifyApp, type CloudifyApp } from './cloudify-app.js';

let app: CloudifyApp;
beforeAll(async () => {
  app = await startCloudifyApp();
});
afterAll(() => app.close());

/** `deployments.create(…)` sends these whatever was said. */
const CREATE = {
  ...{ blueprint_id: 'hello-world', visibility: 'tenant' },
  ...{ skip_plugins_validation: false, runtime_only_evaluation: false },
};

describe('tokens', () => {
  it('end when the client says, in its words', async () => {
    const { status, body } = await app.ask('POST', '/tokens', { description: 'd', expiration_date: '+10h' });
    const hours = (Date.parse(String(body['expiration_date'])) - Date.now()) / 3_600_000;
    expect([status, Math.round(hours)]).toEqual([200, 10]);
    const at = await app.ask('POST', '/tokens', { expiration_date: '2030-01-01 08:00' });
    expect(at.body['expiration_date']).toBe('2030-01-01T08:00:00.000Z');
    const odd = await app.ask('POST', '/tokens', { expiration_date: 'tomorrow' });
    expect(refusal(odd)).toEqual([400, 'bad_parameters_error', expect.stringContaining('not "tomorrow"')]);
  });

  it('are listed and shown without their secrets, and revoked', async () => {
    const made = (await app.ask('POST', '/tokens', { description: 'to go' })).body;
    const id = String(made['id']);
    const { body: list } = await app.ask('GET', '/tokens?_size=1000');
    const items = list['items'] as Record<string, unknown>[];
    expect(items.find((one) => one['id'] === id)).toMatchObject({ role: 'admin', username: 'anonymous' });
    expect(JSON.stringify(items)).not.toContain(String(made['value']));
    expect(list['metadata']).toEqual({ pagination: { total: items.length, offset: 0, size: 1000 } });
    expect((await app.ask('GET', `/tokens?id=${id}&_include=id`)).body['items']).toEqual([{ id }]);
    expect((await app.ask('GET', `/tokens/${id}`)).body).toMatchObject({ id, last_used: null });
    expect((await app.ask('DELETE', `/tokens/${id}`)).status).toBe(200);
    for (const method of ['GET', 'DELETE'])
      expect(refusal(await app.ask(method, `/tokens/${id}`)).slice(0, 2)).toEqual([404, 'not_found_error']);
    expect(refusal(await app.ask('GET', '/tokens/nothing')).slice(0, 2)).toEqual([404, 'not_found_error']);
    expect((await app.ask('GET', `/tokens?id=${id}`)).body['items']).toEqual([]);
  });
});

describe('deployments', () => {
  it('are searched by a part of their names (`_search`), which are no patterns', async () => {
    for (const [id, over] of [
      ['own-1', {}],
      ['own_2', { display_name: 'Something' }],
      ['other', { display_name: 'My Own' }],
    ] as const)
      expect((await app.ask('PUT', `/deployments/${id}`, { ...CREATE, ...over })).status).toBe(201);
    const ids = async (query: string): Promise<unknown[]> =>
      ((await app.ask('GET', `/deployments?_sort=id&${query}`)).body['items'] as { id: string }[]).map(({ id }) => id);
    expect(await ids('_search=OWN')).toEqual(['other', 'own_2', 'own-1'].sort());
    expect(await ids('_search=own_')).toEqual(['own_2']);
    expect(await ids('_search=%25')).toEqual([]);
    expect(await ids('_search=own&blueprint_id=hello-world&id=own-1')).toEqual(['own-1']);
    expect(await ids('display_name=My+Own')).toEqual(['other']);
    expect(await ids('display_name=own-1&display_name=Something&blueprint_id=hello-world')).toEqual(
      ['own-1', 'own_2'].sort(),
    );
    expect(await ids('display_name=own-1&blueprint_id=none')).toEqual([]);
    const many = (name: string): string => Array.from({ length: 40 }, (_, i) => `${name}=${i}`).join('&');
    const refused = await app.ask('GET', `/deployments?${many('blueprint_id')}&${many('display_name')}`);
    expect(refusal(refused)).toEqual([400, 'bad_parameters_error', expect.stringContaining('1600 pairs')]);
  });

  it('have what the client counts on: labels that can be walked through, outputs, groups', async () => {
    await app.ask('PUT', '/deployments/whole', CREATE);
    const { body } = await app.ask('GET', '/deployments/whole?all_sub_deployments=True&include_workdir=False');
    expect(body).toMatchObject({
      ...{ labels: [], outputs: {}, capabilities: {}, groups: {}, scaling_groups: {}, site_name: null },
      ...{ policy_types: {}, policy_triggers: {}, resource_tags: null, runtime_only_evaluation: false },
    });
    const included = await app.ask('GET', '/deployments?id=whole&_include=id,labels');
    expect(included.body['items']).toEqual([{ id: 'whole', labels: [] }]);
  });
});

describe('blueprints', () => {
  it('can be sorted as the command line of the original sorts them', async () => {
    const { status, body } = await app.ask('GET', '/blueprints?_include=id,created_at&_sort=-created_at');
    expect([status, body['items']]).toEqual([200, [{ id: 'hello-world', created_at: null }]]);
  });
});

// Signing in as CDRouter's clients do, and who is refused in which words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startSecuredApp, type SecuredApp } from '../../auth/secured-app.js';
import { CdrouterClient, NEVER } from './cdrouter-app.js';
import { ask } from '../ndscheduler/wire.js';

let app: SecuredApp;
let acme: CdrouterClient;
let umbrella: CdrouterClient;
let viewer: CdrouterClient;
beforeAll(async () => {
  app = await startSecuredApp();
  const roles = await app.tenant('acme');
  acme = new CdrouterClient(app, roles.operator);
  viewer = new CdrouterClient(app, roles.viewer);
  umbrella = new CdrouterClient(app, (await app.tenant('umbrella')).operator);
});
afterAll(() => app.close());

const credentials = (username: string, password: string): string =>
  new URLSearchParams({ username, password }).toString();
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('a client without a token', () => {
  it('is told to sign in, signs in by its query, and goes on with the token', async () => {
    const probe = await ask(app.url, 'GET', '/api/v1/system/hostname/');
    expect([probe.status, probe.body]).toEqual([401, { error: 'invalid token' }]);
    const signed = await ask(app.url, 'POST', `/authenticate?${credentials('acme-operator', PASSWORD)}`);
    expect([signed.status, signed.body]).toMatchObject([
      200,
      { timestamp: expect.any(String) as string, data: { name: 'acme-operator', admin: false, disabled: false } },
    ]);
    const { data } = signed.body as { data: { id: string; token: string } };
    expect(data.id).toMatch(/^[1-9]\d*$/);
    const client = new CdrouterClient(app, { authorization: `Bearer ${data.token}` });
    expect((await client.get('system/hostname/')).answer.body['data']).toEqual(expect.any(String));
    const id = await client.launch(await client.made('packages', { name: 'mine' }), { run_at: NEVER });
    expect((await client.get(`jobs/?filter=user_id=${data.id}`)).list).toMatchObject([{ id, user_id: data.id }]);
    expect((await client.get('jobs/?filter=user_id=0')).list).toEqual([]);
  });

  it('may send a form', async () => {
    const body = credentials('acme-viewer', PASSWORD);
    const { status, body: answer } = await ask(app.url, 'POST', '/authenticate', { body, headers: FORM });
    expect([status, answer]).toMatchObject([200, { data: { name: 'acme-viewer' } }]);
  });

  it.each([
    ['?username=acme-viewer&password=wrong', ''],
    ['?username=nobody&password=x', ''],
    ['?username=acme-viewer', ''],
    ['', ''],
    ['', 'username=acme-viewer&password=wrong'],
  ])('is refused with a wrong password (%s %s)', async (query, body) => {
    const answer = await ask(app.url, 'POST', `/authenticate${query}`, { body, headers: FORM });
    expect([answer.status, answer.body]).toEqual([401, { error: 'invalid username or password' }]);
  });
});

describe('refusals in the original’s words', () => {
  it.each(['Bearer wrong', 'Bearer cr_wrong', 'Basic eDp5', 'Nonsense'])(
    'a wrong credential: %s',
    async (authorization) => {
      const { status, error } = await new CdrouterClient(app, { authorization }).get('jobs/');
      expect([status, error]).toEqual([401, 'invalid token']);
    },
  );

  it('a viewer may look and nothing else', async () => {
    const id = await acme.launch(await acme.made('packages', { name: 'seen' }), { run_at: NEVER });
    expect((await viewer.get(`jobs/${id}/`)).status).toBe(200);
    const refusals = await Promise.all([
      viewer.post('jobs/', { package_id: '1' }),
      viewer.post('jobs/?bulk=delete&all=true'),
      viewer.call('PATCH', `jobs/${id}/`, { body: {} }),
      viewer.call('DELETE', `jobs/${id}/`),
      viewer.post('packages/', { name: 'x' }),
      viewer.post('devices/', { name: 'x' }),
      viewer.post('configs/', { name: 'x' }),
    ]);
    expect(refusals.map(({ status, error }) => `${status} ${error}`)).toEqual(
      refusals.map(() => '401 insufficient privileges'),
    );
    expect((await acme.get(`jobs/${id}/`)).data).toMatchObject({ status: 'pending' });
  });

  it('a tenant that is not theirs, or nobody’s', async () => {
    for (const tenant of ['umbrella', 'nobody']) {
      const { status, error } = await acme.call('GET', 'jobs/', { headers: { tenant } });
      expect([status, error]).toEqual([401, 'insufficient privileges']);
    }
  });
});

describe('another tenant', () => {
  it('sees nothing of these, and cannot name them', async () => {
    const config = await acme.made('configs', { name: 'secret', contents: 'testvar lanInterface eth1' });
    const p = await acme.made('packages', { name: 'secret', config_id: config });
    const job = await acme.launch(p, { run_at: NEVER });
    const own = await umbrella.made('packages', { name: 'own' });
    expect((await umbrella.get('jobs/')).links).toMatchObject({ total: 0 });
    expect((await umbrella.get('packages/?filter=name~secret')).links).toMatchObject({ total: 0 });
    expect((await umbrella.get('configs/')).links).toMatchObject({ total: 0 });
    const foreign = [
      await umbrella.post('jobs/', { package_id: p }),
      await umbrella.post('jobs/', { package_id: own, config_id: config }),
      await umbrella.post('jobs/?bulk=launch', { jobs: [{ package_id: own }, { package_id: p }] }),
      await umbrella.post('packages/', { name: 'x', config_id: config }),
    ];
    expect(foreign.map(({ error }) => error)).toEqual([
      ...['no such package', 'no such config', 'no such package', 'no such config'],
    ]);
    expect((await umbrella.post('jobs/?bulk=delete', { jobs: [{ id: job }] })).status).toBe(204);
    expect((await umbrella.post('jobs/?bulk=delete&all=true')).status).toBe(204);
    expect((await umbrella.get('jobs/')).links).toMatchObject({ total: 0 });
    expect((await acme.get(`jobs/${job}/`)).data).toMatchObject({ status: 'pending' });
  });
});

it('shows who launched: a token is nobody', async () => {
  const { headers } = await app.token('acme', 'operator', 'robot');
  const robot = new CdrouterClient(app, headers);
  const { data } = await robot.post('jobs/', {
    package_id: await robot.made('packages', { name: 'robots' }),
    run_at: NEVER,
  });
  expect(data).toMatchObject({ user_id: '0' });
});

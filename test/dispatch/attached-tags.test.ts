// What is attached to a running worker decides at once what it is given.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../http/native-app.js';
import { until } from '../support/until.js';

/** Well below the poll of 5 s: a notification must have brought it. */
const AT_ONCE_MS = 3_000;

let native: NativeApp;
let agent: string;
beforeAll(async () => {
  native = await startNativeApp({ env: { ROLES: 'api,scheduler,worker', WORKER_TAGS: 'linux' } });
  await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'other')`);
  agent = await until(
    'the worker has signed on',
    async () => (await native.sql<{ id: string }>('SELECT id FROM agents'))[0]?.id,
  );
});
afterAll(() => native.close());

const run = async (job: object, headers: Record<string, string> = {}): Promise<string> => {
  const body = { name: 'placed', jobClass: 'noop', ...job };
  const { id } = (await native.call('POST', '/api/v2/jobs', { body, headers })).body;
  return String((await native.call('POST', `/api/v2/jobs/${String(id)}/run`, { body: {}, headers })).body['id']);
};
const stateOf = async (id: string, headers: Record<string, string> = {}): Promise<unknown> =>
  (await native.call('GET', `/api/v2/executions/${id}`, { headers })).body['state'];
const succeeds = (id: string) =>
  until('the run has succeeded', async () => (await stateOf(id)) === 'succeeded', AT_ONCE_MS);
const tag = (method: string, name: string) => native.call(method, `/api/v2/agents/${agent}/tags/${name}`);

describe('attaching tags to a running worker', () => {
  it('starts what waited for them, for the tenant that attached them', async () => {
    const mine = await run({ requiredTags: ['Gpu', 'linux'] });
    const theirs = await run({ requiredTags: ['gpu'] }, { tenant: 'other' });
    expect(await stateOf(mine)).toBe('pending');
    expect((await tag('PUT', 'GPU')).status).toBe(204);
    await succeeds(mine);
    expect(await stateOf(theirs, { tenant: 'other' })).toBe('pending');
  });

  it('works through PyFarm’s API as well', async () => {
    const waiting = await run({ requiredTags: ['interesting'] });
    const body = { agents: [agent] };
    expect((await native.call('PUT', '/api/v1/tags/interesting', { body })).status).toBe(201);
    await succeeds(waiting);
  });

  it('keeps away what excludes them, until they are taken off, renamed or deleted', async () => {
    for (const release of ['DELETE', 'rename', 'delete tag'] as const) {
      await tag('PUT', 'poison');
      const [poison] = (await native.call('GET', '/api/v2/tags?q=poison')).body['items'] as { id: string }[];
      // What is told after the tag was attached is heard after it: a run that fits nevertheless shows that it was heard.
      await succeeds(await run({ requiredTags: ['poison'] }));
      const kept = await run({ excludedTags: ['poison'] });
      await succeeds(await run({}));
      expect(await stateOf(kept)).toBe('pending');
      if (release === 'DELETE') await tag('DELETE', 'poison');
      else if (release === 'rename')
        await native.call('PATCH', `/api/v2/tags/${poison?.id ?? ''}`, { body: { name: 'harmless' } });
      else await native.call('DELETE', `/api/v2/tags/${poison?.id ?? ''}`);
      await succeeds(kept);
    }
  });
});

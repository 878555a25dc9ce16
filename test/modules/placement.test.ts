import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../http/native-app.js';
import { until } from '../support/until.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp({ env: { ROLES: 'api,worker' } });
});
afterAll(() => native.close());

const create = (over: object) =>
  native.call('POST', '/api/v2/jobs', { body: { name: 'j', jobClass: 'noop', ...over } });
const patchTenant = async (body: object) => {
  const [tenant] = await native.sql<{ id: string }>(`SELECT id FROM tenants WHERE name = 'default_tenant'`);
  return native.call('PATCH', `/api/v2/tenants/${tenant?.id ?? ''}`, { body });
};
const finished = (id: unknown) =>
  until('the execution has ended', async () => {
    const { body } = await native.call('GET', `/api/v2/executions/${String(id)}`);
    return body['finishedAt'] === null ? null : body;
  });

describe('interfaces', () => {
  it('are sorted, without repeats, on the job and on its executions, and can be given by hand', async () => {
    const job = await create({ interfaces: ['wifi0', 'eth1', 'eth1'] });
    expect(job).toMatchObject({ status: 201, body: { interfaces: ['eth1', 'wifi0'] } });
    const path = `/api/v2/jobs/${String(job.body['id'])}`;
    const run = await native.call('POST', `${path}/run`, { body: {} });
    expect(run.body['interfaces']).toEqual(['eth1', 'wifi0']);
    const own = await native.call('POST', `${path}/run`, { body: { interfaces: ['usb/0'] } });
    expect(own).toMatchObject({ status: 201, body: { interfaces: ['usb/0'] } });
    await finished(own.body['id']);
    const changed = await native.call('PATCH', path, { body: { interfaces: [] } });
    expect(changed.body['interfaces']).toEqual([]);
  });

  it.each([
    ['no list', 'eth1'],
    ['no names', ['']],
    ['no name', ['eth 1']],
    ['not text', [1]],
    ['too many', Array.from({ length: 17 }, (_, i) => `eth${i}`)],
  ])('of a bad kind are refused by name, and nothing is stored: %s', async (_what, interfaces) => {
    const before = await native.sql('SELECT count(*) FROM jobs');
    const refused = { status: 422, body: { errors: [{ field: expect.stringMatching(/^\/interfaces/) as string }] } };
    const answer = await create({ interfaces });
    expect([400, 422]).toContain(answer.status);
    expect(answer.body).toMatchObject(refused.body);
    expect(await native.sql('SELECT count(*) FROM jobs')).toEqual(before);
    const { body } = await create({});
    const run = await native.call('POST', `/api/v2/jobs/${String(body['id'])}/run`, { body: { interfaces } });
    expect(run).toMatchObject({ status: answer.status, body: refused.body });
  });

  it('that become free let the next run start, long before the worker would look by itself', async () => {
    const job = await create({ jobClass: 'shell', args: ['sleep 0.2'], interfaces: ['one'] });
    const path = `/api/v2/jobs/${String(job.body['id'])}/run`;
    const runs = await Promise.all([0, 1, 2, 3].map(() => native.call('POST', path, { body: {} })));
    const ended = await Promise.all(runs.map(({ body }) => finished(body['id'])));
    const spans = ended
      .map((body) => [Date.parse(String(body['startedAt'])), Date.parse(String(body['finishedAt']))] as const)
      .sort(([a], [b]) => a - b);
    for (const [i, [startedAt]] of spans.entries()) {
      const before = spans[i - 1]?.[1] ?? startedAt;
      expect(startedAt).toBeGreaterThanOrEqual(before);
      expect(startedAt - before).toBeLessThan(2_500);
    }
  });
});

describe('the limit of a tenant', () => {
  it('is checked, shown, written to the audit log, and lets the next run start when it is raised', async () => {
    for (const maxRunning of [0, -1, 1.5, 'many', 1_000_001]) {
      const refused = await patchTenant({ maxRunning });
      expect(refused.body).toMatchObject({ code: 'invalid_input', errors: [{ field: '/maxRunning' }] });
    }
    expect((await patchTenant({ dedicatedAgentsOnly: 'yes' })).body).toMatchObject({ code: 'invalid_input' });
    expect((await patchTenant({ maxRunning: 1 })).body).toMatchObject({ maxRunning: 1, dedicatedAgentsOnly: false });
    const job = await create({ jobClass: 'shell', args: ['sleep 30'] });
    const path = `/api/v2/jobs/${String(job.body['id'])}/run`;
    const [one, two] = await Promise.all(
      [0, 1].map(async () => (await native.call('POST', path, { body: {} })).body['id']),
    );
    const running = async () =>
      (await native.sql<{ n: number }>(`SELECT count(*)::int AS n FROM live_runs WHERE agent_id IS NOT NULL`))[0]?.n;
    await until('one runs', async () => (await running()) === 1);
    expect((await patchTenant({ maxRunning: null })).body['maxRunning']).toBeNull();
    const liftedAt = performance.now();
    await until('both run', async () => (await running()) === 2);
    expect(performance.now() - liftedAt).toBeLessThan(2_500);
    for (const id of [one, two]) await native.call('POST', `/api/v2/executions/${String(id)}/force-cancel`);
    for (const id of [one, two]) await finished(id);
    const [entry] = await native.sql(
      `SELECT before, after FROM audit_log WHERE event = 'tenant.updated' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry).toEqual({ before: { maxRunning: 1 }, after: { maxRunning: null } });
  });
});

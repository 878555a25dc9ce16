import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../http/native-app.js';
import { until } from '../support/until.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp({ env: { ROLES: 'api,worker', FORBIDDEN_JOB_CLASSES: 'user:*' } });
  await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'strict'), (gen_random_uuid(), 'free')`);
});
afterAll(() => native.close());

const asTenant = (tenant: string): { tenant: string } => ({ tenant });
const create = (tenant: string, jobClass: string, more: object = {}) =>
  native.call('POST', '/api/v2/jobs', { body: { name: 'a job', jobClass, ...more }, headers: asTenant(tenant) });
const run = (tenant: string, jobId: unknown) =>
  native.call('POST', `/api/v2/jobs/${String(jobId)}/run`, { body: {}, headers: asTenant(tenant) });
const forbid = (tenant: string, patterns: string[]) =>
  native.sql('UPDATE tenants SET forbidden_job_classes = $2 WHERE name = $1', [tenant, patterns]);
const finished = (tenant: string, id: unknown) =>
  until('the execution has ended', async () => {
    const { body } = await native.call('GET', `/api/v2/executions/${String(id)}`, { headers: asTenant(tenant) });
    return body['finishedAt'] === null ? null : body;
  });
const counts = async (): Promise<unknown> =>
  (
    await native.sql(
      'SELECT (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM executions) AS executions, (SELECT count(*) FROM audit_log WHERE job_id IS NOT NULL) AS entries',
    )
  )[0];

describe('a job class that the setting forbids', () => {
  it('cannot be given to a job, new or old, and the refusal names it', async () => {
    const kept = await create('free', 'noop');
    const path = `/api/v2/jobs/${String(kept.body['id'])}`;
    const before = await counts();
    const answers = [
      await create('free', 'reports.daily.DailyReport'),
      await native.call('PATCH', path, { body: { jobClass: 'reports.daily.DailyReport' }, headers: asTenant('free') }),
      await native.call('PUT', path, {
        body: { name: 'x', jobClass: 'reports.daily.DailyReport' },
        headers: asTenant('free'),
      }),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 403,
        body: { code: 'forbidden_class', errors: [{ field: '/jobClass' }] },
      });
      expect(answer.body['detail']).toContain('reports.daily.DailyReport');
      expect(answer.body['detail']).toContain('FORBIDDEN_JOB_CLASSES');
    }
    expect(await counts()).toEqual(before);
  });

  it('is not in the list of job classes, nor loaded to make it', async () => {
    const { body } = await native.call('GET', '/api/v2/job-classes');
    const names = (body as unknown as { jobClass: string }[]).map(({ jobClass }) => jobClass);
    const ofOthers = (system: string): string[] => names.filter((name) => name.startsWith(`${system}.`));
    expect(names.filter((name) => !name.includes('.')).sort()).toEqual(['http', 'noop', 'shell']);
    expect(ofOthers('simple_scheduler')).toHaveLength(5);
    expect(ofOthers('chaosmonkey')).toHaveLength(4);
    expect(names).toHaveLength(3 + 5 + 4);
    const one = await native.call('GET', '/api/v2/job-classes/examples.countdown.Countdown');
    expect(one).toMatchObject({ status: 403, body: { code: 'forbidden_class' } });
  });
});

describe('a job class that a tenant forbids', () => {
  it('is forbidden to that tenant and to nobody else', async () => {
    await forbid('strict', ['shell', 'ht*']);
    expect((await create('strict', 'shell')).body).toMatchObject({
      code: 'forbidden_class',
      detail: expect.stringContaining('job class shell is forbidden for this tenant') as string,
    });
    expect((await create('strict', 'http')).status).toBe(403);
    // Sample classes that do what a forbidden one does are forbidden with it.
    const sample = (name: string): string => `simple_scheduler.jobs.${name}`;
    expect((await create('strict', sample('shell_job.ShellJob'))).status).toBe(403);
    expect((await create('strict', sample('curl_job.CurlJob'))).status).toBe(403);
    expect((await create('strict', 'noop')).status).toBe(201);
    expect((await create('free', 'shell')).status).toBe(201);
    const { body } = await native.call('GET', '/api/v2/job-classes', { headers: asTenant('strict') });
    expect((body as unknown as { jobClass: string }[]).map(({ jobClass }) => jobClass)).toEqual([
      'noop',
      sample('sample_job.AwesomeJob'),
      sample('apns_job.APNSJob'),
      'chaosmonkey.terminate_ec2_instance.TerminateEC2Instance',
      'chaosmonkey.terminate_ec2_instance_not_excluded.TerminateEC2InstanceNotExcluded',
    ]);
  });

  it('leaves jobs of that class as they are: they can be paused, given another class and deleted, but not run', async () => {
    await forbid('strict', []);
    const { body } = await create('strict', 'shell', { args: ['echo never'] });
    const path = `/api/v2/jobs/${String(body['id'])}`;
    await forbid('strict', ['shell']);
    const before = await counts();
    expect(await run('strict', body['id'])).toMatchObject({ status: 403, body: { code: 'forbidden_class' } });
    expect(
      await native.call('PATCH', path, { body: { args: ['echo other'] }, headers: asTenant('strict') }),
    ).toMatchObject({ status: 403 });
    expect(await counts()).toEqual(before);
    expect(await native.sql('SELECT 1 FROM live_runs WHERE job_id = $1', [body['id']])).toEqual([]);
    expect((await native.call('POST', `${path}/pause`, { headers: asTenant('strict') })).status).toBe(200);
    expect((await native.call('PATCH', path, { body: { jobClass: 'noop' }, headers: asTenant('strict') })).status).toBe(
      200,
    );
    expect((await native.call('DELETE', path, { headers: asTenant('strict') })).status).toBe(204);
  });

  it('is refused by the worker for runs that exist already, before anything runs, and not tried again', async () => {
    await forbid('strict', []);
    const { body: job } = await create('strict', 'shell', {
      args: ['echo it ran'],
      retry: { maxAttempts: 3, initialDelaySeconds: 0 },
    });
    const { body: made } = await native.call('POST', `/api/v2/jobs/${String(job['id'])}/run`, {
      body: { runAt: new Date(Date.now() + 3_600_000).toISOString() },
      headers: asTenant('strict'),
    });
    expect(made).toMatchObject({ state: 'scheduled' });
    await forbid('strict', ['shell']);
    await native.sql(`UPDATE live_runs SET run_at = now(), state = 'pending' WHERE id = $1`, [made['id']]);
    await native.sql(`SELECT pg_notify('carillon_dispatch', queue_id::text) FROM live_runs WHERE id = $1`, [
      made['id'],
    ]);
    const ended = await finished('strict', made['id']);
    expect(ended).toMatchObject({
      state: 'failed',
      reason: 'forbidden_class',
      attempt: 1,
      error: { type: 'forbidden_class' },
    });
    const logs = await native.sql('SELECT text FROM execution_logs WHERE execution_id = $1', [made['id']]);
    expect(logs).toEqual([]);
    expect(
      (await native.call('POST', `/api/v2/executions/${String(made['id'])}/retry`, { headers: asTenant('strict') }))
        .body['code'],
    ).toBe('forbidden_class');
  });

  it('lets permitted classes run as ever', async () => {
    const { body: job } = await create('strict', 'noop', { args: ['fine'] });
    const { body: made } = await run('strict', job['id']);
    expect(await finished('strict', made['id'])).toMatchObject({ state: 'succeeded', result: 'fine' });
  });

  it('must be a name or a pattern: the database takes nothing else', async () => {
    for (const patterns of [['sh ell'], ['a,b'], [''], ['user:'], ['shell', '9']]) {
      await expect(forbid('strict', patterns)).rejects.toThrow(/check constraint/);
    }
    await expect(native.sql(`UPDATE tenants SET forbidden_job_classes = ARRAY[NULL::text]`)).rejects.toThrow(
      /check constraint/,
    );
    await forbid('strict', ['shell', 'user:*', '*.Report', '*']);
  });
});

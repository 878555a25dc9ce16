import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type Answer, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp();
});
afterAll(() => native.close());

interface Made {
  readonly made: number;
  readonly rejected: number;
  readonly executions: { id: string | null; state: string }[];
}

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  native.call(method, `/api/v2${path}`, body === undefined ? { headers } : { body, headers });
const aJob = async (over: object = {}): Promise<string> =>
  (await call('POST', '/jobs', { name: 'a job', jobClass: 'noop', ...over })).body['id'] as string;
const runs = async (jobId: string, body: unknown): Promise<Made> => {
  const answer = await call('POST', `/jobs/${jobId}/runs`, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body as unknown as Made;
};
const stored = async (jobId: string): Promise<number> =>
  Number((await native.sql('SELECT count(*) AS n FROM executions WHERE job_id = $1', [jobId]))[0]?.['n']);
const entries = (jobId: string) =>
  native.sql(
    `SELECT subject_type, subject_id, after FROM audit_log WHERE job_id = $1 AND event = 'executions.requested'`,
    [jobId],
  );

describe('many runs at once', () => {
  it('are made as the job has it, with one audit entry', async () => {
    const jobId = await aJob({ args: ['x'], parameters: { a: 1 } });
    const { made, rejected, executions } = await runs(jobId, { count: 3 });
    expect({ made, rejected, states: executions.map((run) => run.state) }).toEqual({
      made: 3,
      rejected: 0,
      states: ['pending', 'pending', 'pending'],
    });
    expect(new Set(executions.map((run) => run.id)).size).toBe(3);
    const { body } = await call('GET', `/executions/${String(executions[1]?.id)}`);
    expect(body).toMatchObject({ jobId, source: 'manual', args: ['x'], parameters: { a: 1 }, createdBy: 'anonymous' });
    expect(await entries(jobId)).toEqual([{ subject_type: 'job', subject_id: jobId, after: { count: 3 } }]);
  });

  it('differ as they are told, in the order of the request', async () => {
    const jobId = await aJob({ parameters: { a: 1 } });
    const items = [{ args: ['one'] }, { parameters: { b: 2 } }, { runAt: '2040-01-01T00:00:00Z' }, {}];
    const { executions } = await runs(jobId, { runs: items });
    expect(executions.map((run) => run.state)).toEqual(['pending', 'pending', 'scheduled', 'pending']);
    const views = await Promise.all(
      executions.map(async ({ id }) => (await call('GET', `/executions/${String(id)}`)).body),
    );
    expect(views.map((view) => view['args'])).toEqual([['one'], [], [], []]);
    expect(views.map((view) => view['parameters'])).toEqual([{ a: 1 }, { a: 1, b: 2 }, { a: 1 }, { a: 1 }]);
    expect(views[2]?.['runAt']).toBe('2040-01-01T00:00:00.000Z');
  });

  it('keep to the rules of the job in their order', async () => {
    const jobId = await aJob({ overlapPolicy: 'queue_one' });
    expect((await runs(jobId, { count: 4 })).executions.map((run) => run.state)).toEqual([
      'pending',
      'queued',
      'skipped',
      'skipped',
    ]);
  });

  it('name those that were rejected and make the others', async () => {
    const jobId = await aJob({ overlapPolicy: 'skip', maxConcurrency: 2 });
    const { made, rejected, executions } = await runs(jobId, { count: 3, ifBusy: 'reject' });
    expect({ made, rejected, last: executions[2] }).toEqual({
      made: 2,
      rejected: 1,
      last: { id: null, state: 'rejected' },
    });
    expect(await stored(jobId)).toBe(2);
    const second = await runs(jobId, { count: 1, ifBusy: 'reject' });
    expect(second).toEqual({ made: 0, rejected: 1, executions: [{ id: null, state: 'rejected' }] });
    expect(await entries(jobId)).toHaveLength(1);
  });

  it('have interfaces of their own if they are given', async () => {
    const { executions } = await runs(await aJob(), { count: 2, interfaces: ['eth1', 'eth0'] });
    const { body } = await call('GET', `/executions/${String(executions[1]?.id)}`);
    expect(body['interfaces']).toEqual(['eth0', 'eth1']);
  });

  it('are ten thousand in one request', async () => {
    const jobId = await aJob({ overlapPolicy: 'queue_all', maxConcurrency: 5000 });
    const { made, executions } = await runs(jobId, { count: 10_000 });
    expect(made).toBe(10_000);
    expect(executions.filter((run) => run.state === 'pending')).toHaveLength(5000);
    expect(
      await native.sql(
        'SELECT active, queued, (SELECT count(*)::int FROM live_runs l WHERE l.gate_id = g.id) AS live FROM gates g',
      ),
    ).toContainEqual({
      active: 5000,
      queued: 1000,
      live: 6000,
    });
  }, 30_000);

  it('are made once for one Idempotency-Key', async () => {
    const jobId = await aJob();
    const key = { 'idempotency-key': 'many-1' };
    const first = await call('POST', `/jobs/${jobId}/runs`, { count: 2 }, key);
    const again = await call('POST', `/jobs/${jobId}/runs`, { count: 2 }, key);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect(await stored(jobId)).toBe(2);
  });
});

describe('a request for many runs that cannot be fulfilled', () => {
  it.each([
    ['neither', {}, '/runs'],
    ['both', { count: 1, runs: [{}] }, '/runs'],
    ['none', { runs: [] }, '/runs'],
    ['count 0', { count: 0 }, '/count'],
    ['count 10001', { count: 10_001 }, '/count'],
    ['count as a text', { count: '3' }, '/count'],
    ['a wrong item', { runs: [{}, { args: 'x' }] }, '/runs/1/args'],
    ['an unknown field in an item', { runs: [{ ifBusy: 'queue' }] }, '/runs/0/ifBusy'],
    ['an item that is null', { runs: [null] }, '/runs/0'],
  ])('is refused: %s', async (_what, body, field) => {
    const jobId = await aJob();
    const answer = await call('POST', `/jobs/${jobId}/runs`, body);
    expect(answer.status, answer.text).toBe(400);
    const named = (answer.body['errors'] as { field: string }[]).map((error) => error.field);
    expect(
      named.some((name) => name === field || name === field.slice(1)),
      answer.text,
    ).toBe(true);
    expect(await stored(jobId)).toBe(0);
  });

  it('is refused for a job that is not there', async () => {
    expect((await call('POST', '/jobs/0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e/runs', { count: 1 })).status).toBe(404);
  });

  it('is refused for a class that the tenant forbids, whatever was permitted before', async () => {
    const jobId = await aJob();
    await runs(jobId, { count: 1 });
    await native.sql(`UPDATE tenants SET forbidden_job_classes = '{noop}' WHERE name = 'default_tenant'`);
    try {
      const answer = await call('POST', `/jobs/${jobId}/runs`, { count: 1 });
      expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden_class']);
    } finally {
      await native.sql(`UPDATE tenants SET forbidden_job_classes = '{}' WHERE name = 'default_tenant'`);
    }
    expect(await stored(jobId)).toBe(1);
    await runs(jobId, { count: 1 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentRegistry } from '../../src/agents/agent-registry.service.js';
import { DispatchPool } from '../../src/database/dispatch-pool.js';
import { WorkQueue, type ClaimedRun } from '../../src/executions/work-queue.service.js';
import { startNativeApp, type Answer, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
let pool: DispatchPool;
let queue: WorkQueue;
let agentId: string;
beforeAll(async () => {
  native = await startNativeApp();
  pool = native.app.get(DispatchPool);
  queue = new WorkQueue(pool);
  agentId = await new AgentRegistry(pool).register({
    name: 'w',
    kind: 'remote',
    hostname: 'build-7',
    pid: null,
    processIdentity: null,
    slots: 9,
    tags: [],
    leaseMs: 60_000,
    tenantId: null,
  });
});
afterAll(() => native.close());

const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
  native.call(method, `/api/v2${path}`, body === undefined ? {} : { body });
async function aJob(over: object = {}): Promise<string> {
  return (await call('POST', '/jobs', { name: 'a job', jobClass: 'noop', ...over })).body['id'] as string;
}
async function run(jobId: string, body: object = {}): Promise<Record<string, unknown> & { id: string; state: string }> {
  const answer = await call('POST', `/jobs/${jobId}/run`, body);
  expect(answer.status, answer.text).toBe(201);
  expect(answer.headers.get('location')).toBe(`/api/v2/executions/${String(answer.body['id'])}`);
  return answer.body as never;
}
async function claim(id: string): Promise<ClaimedRun> {
  const queues = (await queue.waitingQueues()).map((q) => ({ id: q.id, rank: 0 }));
  const runs = await queue.claim(agentId, queues, 100, 100);
  const found = runs.find((r) => r.id === id);
  await queue.unclaim(
    agentId,
    runs.filter((r) => r !== found),
  );
  if (!found) throw new Error(`${id} was not claimed`);
  return found;
}
const finish = (r: ClaimedRun, over: object = {}) =>
  queue.finish(agentId, [
    {
      id: r.id,
      fence: r.fence,
      gateId: r.gateId,
      state: 'succeeded',
      reason: null,
      exitCode: 0,
      result: { n: 1 },
      error: null,
      pid: 42,
      startedAt: new Date(),
      finishedAt: new Date(),
      retryAt: null,
      ...over,
    },
  ]);
const list = async (query: string): Promise<string[]> => {
  const answer = await call('GET', `/executions?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return (answer.body['items'] as { id: string }[]).map((item) => item.id);
};

describe('a run by hand', () => {
  it('takes the arguments and parameters of its job, overridden by what is given, also while the job is paused', async () => {
    const jobId = await aJob({ args: [1], parameters: { a: 1, b: 1 }, paused: true });
    expect(await run(jobId)).toMatchObject({
      state: 'pending',
      source: 'manual',
      args: [1],
      parameters: { a: 1, b: 1 },
      attempt: 0,
    });
    expect(await run(jobId, { args: ['x'], parameters: { b: 2 } })).toMatchObject({
      args: ['x'],
      parameters: { a: 1, b: 2 },
    });
    const runAt = '2035-01-01T00:00:00.000Z';
    expect(await run(jobId, { runAt })).toMatchObject({ state: 'scheduled', runAt });
    const bare = await native.call('POST', `/api/v2/jobs/${jobId}/run`);
    expect(bare.status, bare.text).toBe(201);
    const audit = await native.sql(
      `SELECT event, actor, after FROM audit_log WHERE job_id = $1 AND subject_type = 'execution' ORDER BY id`,
      [jobId],
    );
    expect(audit.slice(1, 3)).toEqual([
      { event: 'execution.requested', actor: 'anonymous', after: { args: ['x'], parameters: { b: 2 } } },
      { event: 'execution.requested', actor: 'anonymous', after: { runAt } },
    ]);
  });

  it('is told in every state from its claim to its end', async () => {
    const { id } = await run(await aJob());
    const claimed = await claim(id);
    await queue.report(agentId, [
      { id, fence: claimed.fence, pid: 42, startedAt: new Date(), percent: 40, message: 'page 4' },
    ]);
    expect((await call('GET', `/executions/${id}`)).body).toMatchObject({
      state: 'running',
      attempt: 1,
      agentId,
      hostname: 'build-7',
      pid: 42,
      progress: { percent: 40, message: 'page 4' },
      finishedAt: null,
    });
    await finish(claimed);
    const done = (await call('GET', `/executions/${id}`)).body;
    expect(done).toMatchObject({
      state: 'succeeded',
      exitCode: 0,
      result: { n: 1 },
      error: null,
      hostname: 'build-7',
      progress: null,
    });
    expect(done['finishedAt']).not.toBeNull();
  });

  it('is skipped or queued by the overlap rule of its job', async () => {
    const skip = await aJob({ overlapPolicy: 'skip' });
    await run(skip);
    expect(await run(skip)).toMatchObject({ state: 'skipped', reason: 'overlap' });
    const one = await aJob({ overlapPolicy: 'queue_one' });
    expect([(await run(one)).state, (await run(one)).state, (await run(one)).state]).toEqual([
      'pending',
      'queued',
      'skipped',
    ]);
  });
});

describe('stopping and repeating', () => {
  it('cancel ends what waits, asks what runs, and refuses what is over', async () => {
    const jobId = await aJob();
    const waiting = await run(jobId);
    expect((await call('POST', `/executions/${waiting.id}/cancel`)).body).toMatchObject({
      state: 'cancelled',
      reason: 'cancelled',
    });
    const running = await run(jobId);
    const claimed = await claim(running.id);
    expect((await call('POST', `/executions/${running.id}/cancel`)).body).toMatchObject({
      state: 'cancelling',
      stopRequestedBy: 'anonymous',
    });
    expect((await call('POST', `/executions/${running.id}/force-cancel`)).body).toMatchObject({
      state: 'force_cancelling',
    });
    await finish(claimed);
    expect((await call('GET', `/executions/${running.id}`)).body).toMatchObject({
      state: 'cancelled',
      reason: 'force_cancelled',
    });
    const before = await native.sql('SELECT count(*) FROM audit_log');
    for (const verb of ['cancel', 'force-cancel']) {
      const over = await call('POST', `/executions/${running.id}/${verb}`);
      expect([over.status, over.body['code']]).toEqual([409, 'invalid_state']);
      expect(over.body['detail']).toContain('cancelled');
    }
    expect(await native.sql('SELECT count(*) FROM audit_log')).toEqual(before);
  });

  it('retry runs the same arguments and parameters again, whatever became of the job, and only what is over', async () => {
    const jobId = await aJob({ args: ['old'], parameters: { a: 1 } });
    const first = await run(jobId, { parameters: { b: 2 } });
    const early = await call('POST', `/executions/${first.id}/retry`);
    expect([early.status, early.body['code']]).toEqual([409, 'invalid_state']);
    await call('POST', `/executions/${first.id}/cancel`);
    await call('PATCH', `/jobs/${jobId}`, { args: ['new'], parameters: { c: 3 } });
    const again = await call('POST', `/executions/${first.id}/retry`);
    expect([again.status, again.body['state'], again.body['source'], again.body['retryOf']]).toEqual([
      201,
      'pending',
      'retry',
      first.id,
    ]);
    expect(again.body['args']).toEqual(['old']);
    expect(again.body['parameters']).toEqual({ a: 1, b: 2 });
    expect((await call('GET', `/executions/${first.id}`)).body['state']).toBe('cancelled');
    await call('DELETE', `/jobs/${jobId}`);
    expect((await call('POST', `/executions/${first.id}/retry`)).status).toBe(404);
    expect((await call('GET', `/executions/${first.id}`)).body).toMatchObject({ jobName: 'a job', state: 'cancelled' });
  });
});

describe('the output', () => {
  it('is read in order, page by page, by attempt, and goes on until the run is over', async () => {
    const { id } = await run(await aJob({ retry: { maxAttempts: 2 } }));
    const write = (r: ClaimedRun, from: number, to: number) =>
      queue.appendLogs(
        agentId,
        Array.from({ length: to - from }, (_, i) => ({
          id,
          fence: r.fence,
          seq: from + i,
          stream: 'stdout' as const,
          at: new Date(),
          text: `${r.attempt}.${from + i}`,
        })),
      );
    const page = async (query: string) => {
      const { body } = await call('GET', `/executions/${id}/logs?${query}`);
      return {
        texts: (body['items'] as { text: string }[]).map((item) => item.text),
        next: body['nextCursor'] as string | null,
        isComplete: body['isComplete'],
      };
    };
    expect(await page('')).toEqual({ texts: [], next: null, isComplete: false });
    const first = await claim(id);
    await write(first, 0, 3);
    const one = await page('limit=2');
    expect([one.texts, one.isComplete]).toEqual([['1.0', '1.1'], false]);
    const two = await page(`limit=2&cursor=${one.next ?? ''}`);
    expect([two.texts, two.isComplete]).toEqual([['1.2'], false]);
    expect(await page(`cursor=${two.next ?? ''}`)).toEqual({ texts: [], next: two.next, isComplete: false });
    await finish(first, { state: 'failed', retryAt: new Date() });
    await native.sql(`UPDATE live_runs SET state = 'pending' WHERE id = $1`, [id]);
    const second = await claim(id);
    await write(second, 0, 1);
    await finish(second);
    expect(await page(`cursor=${two.next ?? ''}`)).toMatchObject({ texts: ['2.0'], isComplete: true });
    expect((await page('attempt=1')).texts).toEqual(['1.0', '1.1', '1.2']);
    expect((await page('attempt=2')).texts).toEqual(['2.0']);
  });
});

describe('the list of executions', () => {
  it('is filtered by job, trigger, tag, time and states, live and final mixed', async () => {
    const jobId = await aJob({ tags: ['listed'], overlapPolicy: 'queue_all', maxConcurrency: 2 });
    const [a, b, c] = [await run(jobId), await run(jobId), await run(jobId)];
    await finish(await claim(a.id), { state: 'failed', reason: 'exit_code' });
    await claim(b.id);
    const all = [c.id, b.id, a.id];
    expect(await list(`jobId=${jobId}`)).toEqual(all);
    expect(await list(`jobId=${jobId.replaceAll('-', '')}`)).toEqual(all);
    expect(await list('tag=listed')).toEqual(all);
    expect(await list('tag=nobody')).toEqual([]);
    expect(await list('tag=listed&state=failed,timed_out')).toEqual([a.id]);
    expect(await list('tag=listed&state=skipped')).toEqual([]);
    expect(await list(`tag=listed&state=failed&to=${a['scheduledFor'] as string}`)).toEqual([]);
    expect(await list(`tag=listed&state=failed&triggerId=${jobId}`)).toEqual([]);
    expect(await list(`jobId=${jobId}&state=failed`)).toEqual([a.id]);
    expect(await list(`jobId=${jobId}&state=running`)).toEqual([b.id]);
    expect(await list(`jobId=${jobId}&state=running,failed`)).toEqual([b.id, a.id]);
    expect(await list(`jobId=${jobId}&state=pending&state=failed`)).toEqual([c.id, a.id]);
    expect(await list(`jobId=${jobId}&state=missed,skipped`)).toEqual([]);
    const at = b['scheduledFor'] as string;
    expect(await list(`jobId=${jobId}&from=${at}`)).toEqual([c.id, b.id]);
    expect(await list(`jobId=${jobId}&to=${at}`)).toEqual([a.id]);
    expect(await list(`jobId=${jobId}&triggerId=${jobId}`)).toEqual([]);
  });

  it('is read to its end while runs are added, also where many share one instant', async () => {
    const jobId = await aJob();
    for (let i = 0; i < 7; i++) await run(jobId);
    await native.sql(`UPDATE executions SET scheduled_for = '2026-01-01T00:00:00.123456Z' WHERE job_id = $1`, [jobId]);
    await run(jobId);
    const expected = await list(`jobId=${jobId}`);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Answer = await call('GET', `/executions?jobId=${jobId}&limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...(page.body['items'] as { id: string }[]).map((item) => item.id));
      cursor = page.body['nextCursor'] as string | null;
      await run(jobId);
    }
    expect(seen).toEqual(expected);
    expect(seen).toHaveLength(8);
  });

  it('shows a tenant its own executions only', async () => {
    await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'other')`);
    const { id } = await run(await aJob());
    const as = { headers: { tenant: 'other' } };
    expect((await native.call('GET', '/api/v2/executions', as)).body['items']).toEqual([]);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/logs'],
      ['POST', '/cancel'],
      ['POST', '/force-cancel'],
      ['POST', '/retry'],
    ] as const) {
      expect((await native.call(method, `/api/v2/executions/${id}${path}`, as)).status).toBe(404);
    }
  });
});

describe('job classes', () => {
  it('are listed with their arguments, and read one by one', async () => {
    const all = await call('GET', '/job-classes');
    const names = (all.body as unknown as { jobClass: string }[]).map((c) => c.jobClass);
    expect(names.slice(0, 3).sort()).toEqual(['http', 'noop', 'shell']);
    const shell = await call('GET', '/job-classes/shell');
    expect(shell.body).toMatchObject({ jobClass: 'shell', runsCode: true, source: 'builtin' });
  });
});

// Executors come due in a real scheduler, and their attacks run in a real worker.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { API_ATTACK, said, startChaosApp, type ChaosApp } from './chaos-app.js';

interface Executor {
  id: string;
  plan_id: string;
  executed: boolean;
}

let chaos: ChaosApp;
let target: Server;
let attack: unknown;
const bodies: string[] = [];
beforeAll(async () => {
  target = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => (body += String(bytes)));
    request.on('end', () => {
      bodies.push(`${request.method} ${body}`);
      response.end();
    });
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;
  attack = { ...API_ATTACK, args: { ...API_ATTACK.args, endpoint, method: 'POST' } };
  chaos = await startChaosApp();
});
afterAll(async () => {
  await chaos.close();
  target.closeAllConnections();
  target.close();
});

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const move = (id: string, date: string) =>
  chaos.call('PUT', `/api/1/executors/${id}`, { body: { type: 'date', args: { date } } });
const list = async (query = ''): Promise<Executor[]> =>
  ((await chaos.call('GET', `/api/1/executors/${query}`)).body['_embedded'] as { executors: Executor[] }).executors;
const executed = (id: string) =>
  until(`executor ${id} is executed`, async () =>
    (await list('?executed=true')).some((one) => one.id === id && one.executed),
  );
const runs = (plan: string) =>
  chaos.sql<{ state: string; reason: string | null }>(
    `SELECT state, reason FROM executions WHERE job_id = $1::uuid AND state IS NOT NULL ORDER BY scheduled_for`,
    [plan],
  );
const ended = (plan: string, count: number) =>
  until(
    `${count} runs of plan ${plan} have ended`,
    async () => {
      const rows = await runs(plan);
      return rows.length === count && rows;
    },
    20_000,
  );

/**
 * Moves the executor to a moment ahead and waits for its run. What a busy machine starts more than a second late is missed, as it has to be:
 * then it is moved again, further ahead.
 */
async function runSoon(plan: string, id: string): Promise<{ state: string; reason: string | null } | undefined> {
  for (const leadMs of [300, 1_500, 4_000, 8_000]) {
    const before = (await runs(plan)).length;
    expect((await move(id, inMs(leadMs))).body['executed']).toBe(false);
    const last = (await ended(plan, before + 1)).at(-1);
    if (last?.state !== 'missed') return last;
  }
  return undefined;
}

describe('an executor', () => {
  it('runs its attack at the date it was moved to, and is then executed', async () => {
    const { id: plan, executors } = await chaos.plan({ attack });
    const [id = ''] = executors;
    expect(await runSoon(plan, id)).toEqual({ state: 'succeeded', reason: null });
    await executed(id);
    expect(bodies).toEqual(['POST test=1']);
    expect((await list()).map((one) => one.id)).not.toContain(id);
    expect((await chaos.call('GET', `/api/1/plans/${plan}`)).body['executed']).toBe(true);
    expect((await chaos.call('GET', '/api/1/plans/')).text).not.toContain(plan);
    expect((await chaos.call('GET', '/api/1/plans/?all=1')).text).toContain(plan);
  });

  it('is executed within a second, without being run, when its date has passed', async () => {
    const before = bodies.length;
    const { id: plan, executors } = await chaos.plan({ attack, date: '2017-10-23T19:19' });
    await executed(executors[0] ?? '');
    expect(await ended(plan, 1)).toEqual([{ state: 'missed', reason: 'misfire_skipped' }]);
    const later = await chaos.plan({ attack });
    const answer = await move(later.executors[0] ?? '', '2017-10-23T19:19');
    expect(answer.body).toMatchObject({ next_run_time: '2017-10-23T19:19:1508786340', executed: false });
    await executed(later.executors[0] ?? '');
    expect(bodies).toHaveLength(before);
  });

  it('is armed again by a new date, but never runs twice at the same one', async () => {
    const { id: plan, executors } = await chaos.plan({ attack, date: '2017-10-23T19:19' });
    const [id = ''] = executors;
    await executed(id);
    const [at] = await chaos.sql<{ at: Date }>(`SELECT last_fire_at AS at FROM triggers WHERE id = $1::uuid`, [id]);
    expect((await move(id, at?.at.toISOString() ?? '')).body['executed']).toBe(true);
    expect((await runs(plan)).map(({ state }) => state)).toEqual(['missed']);
    expect(await runSoon(plan, id)).toMatchObject({ state: 'succeeded' });
  });

  it('is executed also when its attack fails', async () => {
    const example = { ref: 'terminate_ec2_instance:TerminateEC2Instance', args: { filters: {}, region: 'eu-west-1' } };
    const { id: plan, executors } = await chaos.plan({ attack: example });
    expect(await runSoon(plan, executors[0] ?? '')).toEqual({ state: 'failed', reason: 'aws_not_configured' });
    await executed(executors[0] ?? '');
    expect(said(await chaos.call('DELETE', `/api/1/executors/${executors[0]}`))[0]).toBe(200);
  });
});

describe('a plan seen through /api/v2', () => {
  it('is a job: it can be paused, and while it is its executors wait', async () => {
    const { id: plan, executors } = await chaos.plan({ name: 'seen', attack });
    const job = await chaos.call('GET', `/api/v2/jobs/${plan}`);
    expect(job.body).toMatchObject({
      name: 'seen',
      jobClass: 'chaosmonkey.api_request.ApiRequest',
      parameters: (attack as { args: object }).args,
      annotations: { chaosmonkey: { attack: 'api_request:ApiRequest' } },
      // Midnight in Madrid.
      triggers: [{ kind: 'date', at: '2089-12-31T23:00:00.000Z', timeZone: 'Europe/Madrid' }],
    });
    await chaos.call('POST', `/api/v2/jobs/${plan}/pause`);
    await move(executors[0] ?? '', '2017-10-23T19:19');
    expect((await list()).find((one) => one.id === executors[0])).toMatchObject({ executed: false });
    await chaos.call('POST', `/api/v2/jobs/${plan}/resume`);
    await executed(executors[0] ?? '');
    expect(await runs(plan)).toEqual([]);
  });

  it('gets an executor by every date trigger, and by no other', async () => {
    const { id: plan } = await chaos.plan();
    const add = async (body: unknown) =>
      String((await chaos.call('POST', `/api/v2/jobs/${plan}/triggers`, { body })).body['id']).replaceAll('-', '');
    const date = await add({ kind: 'date', at: '2080-01-01T00:00:00Z' });
    await add({ kind: 'interval', everySeconds: 86_400 });
    const shown = (await list()).filter((one) => one.plan_id === plan);
    expect([shown.length, shown[0]?.id]).toEqual([2, date]);
    expect((await chaos.call('DELETE', `/api/1/executors/${date}`)).status).toBe(200);
    expect((await chaos.call('GET', `/api/v2/jobs/${plan}`)).text).not.toContain('2080-01-01');
    await chaos.call('DELETE', `/api/1/plans/${plan}`);
    expect((await chaos.call('GET', `/api/v2/jobs/${plan}`)).status).toBe(404);
    expect((await list()).some((one) => one.plan_id === plan)).toBe(false);
  });

  it('is not what other jobs are', async () => {
    const trigger = { kind: 'date', at: '2080-01-01T00:00:00Z' };
    const job = await chaos.call('POST', '/api/v2/jobs', {
      body: { name: 'j', jobClass: 'noop', triggers: [trigger] },
    });
    const { id, triggers } = job.body as { id: string; triggers: { id: string }[] };
    expect((await list()).some((one) => one.plan_id === id.replaceAll('-', ''))).toBe(false);
    expect((await chaos.call('GET', `/api/1/plans/${id}`)).status).toBe(404);
    expect((await chaos.call('DELETE', `/api/1/plans/${id}`)).status).toBe(404);
    expect((await chaos.call('DELETE', `/api/1/executors/${triggers[0]?.id ?? ''}`)).status).toBe(404);
    expect((await chaos.call('GET', `/api/v2/jobs/${id}`)).status).toBe(200);
  });
});

describe('deleting one executor from many sides at once', () => {
  it('succeeds once', async () => {
    const { executors } = await chaos.plan();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => chaos.call('DELETE', `/api/1/executors/${executors[0]}`)),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, ...Array<number>(7).fill(404)]);
  });
});

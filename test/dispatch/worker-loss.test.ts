import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CreateJobDto } from '../../src/jobs/job-input.dto.js';
import { WorkQueue } from '../../src/executions/work-queue.service.js';
import { startEngine, type Engine } from '../support/engine.js';
import { startReplica, type RunningReplica } from '../support/replica.js';
import { until } from '../support/until.js';

let engine: Engine;
const running: RunningReplica[] = [];
beforeAll(async () => {
  engine = await startEngine();
});
afterEach(async () => {
  for (const replica of running.splice(0)) await replica.close();
});
afterAll(() => engine.close());

async function start(env: Record<string, string>): Promise<RunningReplica> {
  const replica = await startReplica(engine, env);
  running.push(replica);
  return replica;
}
const run = (over: Partial<CreateJobDto>): Promise<string> =>
  engine.asTenant(async () => {
    const { job } = await engine.edits.create({ name: 'j', jobClass: 'shell', ...over });
    return (await engine.commands.runNow(job.id, {})).id;
  });
interface Row {
  state: string;
  reason: string | null;
  attempt: number;
}
const read = async (id: string): Promise<Row | undefined> =>
  (
    await engine.sql<Row>(
      `SELECT coalesce(e.state, l.state) AS state, e.reason, coalesce(l.attempt, e.attempt) AS attempt
         FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.id = $1`,
      [id],
    )
  )[0];
const reaches = (id: string, state: string) =>
  until(`the run is ${state}`, async () => ((await read(id))?.state === state ? read(id) : null), 15_000);
const printed = (id: string, text: string) =>
  until(
    `${text} was printed`,
    async () =>
      (await engine.sql('SELECT 1 FROM execution_logs WHERE execution_id = $1 AND text LIKE $2', [id, `%${text}%`]))
        .length > 0,
  );

describe('a worker that', () => {
  it('was declared lost kills its runs, another attempt takes over, and it goes on under a new name', async () => {
    const worker = await start({ ROLES: 'worker', LEASE_SECONDS: '3' });
    const id = await run({
      args: ['echo attempt $CARILLON_ATTEMPT; [ $CARILLON_ATTEMPT = 2 ] || sleep 60'],
      retry: { maxAttempts: 2 },
    });
    await printed(id, 'attempt 1');
    const [old] = await engine.sql<{ id: string }>(`SELECT id FROM agents WHERE state = 'online'`);
    await engine.sql(`UPDATE agents SET state = 'lost', ended_at = now() WHERE id = $1`, [old?.id]);
    await engine.rescue.takeFromLostAgents();
    expect(await reaches(id, 'succeeded')).toMatchObject({ attempt: 2 });
    const agents = await engine.sql<{ id: string }>(`SELECT id FROM agents WHERE state = 'online'`);
    expect(agents).toHaveLength(1);
    expect(agents[0]?.id).not.toBe(old?.id);
    await until('it holds nothing', () => worker.held().length === 0);
  });

  it('fell silent is found by the others', async () => {
    const silent = await engine.agents.register({
      name: 's',
      kind: 'remote',
      hostname: 'elsewhere',
      pid: null,
      processIdentity: null,
      slots: 1,
      tags: [],
      leaseMs: 3_000,
      tenantId: null,
    });
    const id = await run({ jobClass: 'noop', retry: { maxAttempts: 2 } });
    const queues = (await engine.queue.waitingQueues()).map((queue) => ({ id: queue.id, rank: 0 }));
    expect(await engine.queue.claim(silent, queues, 9, 9)).toHaveLength(1);
    await engine.sql(`UPDATE agents SET last_heartbeat_at = now() - interval '1 minute' WHERE id = $1`, [silent]);
    await start({ ROLES: 'scheduler,worker', LEASE_SECONDS: '3' });
    expect(await reaches(id, 'succeeded')).toMatchObject({ attempt: 2 });
  });

  it('is shut down lets short runs finish, and hands long ones that may be repeated to others', async () => {
    const worker = await start({ ROLES: 'worker', SHUTDOWN_GRACE_SECONDS: '1', WORKER_SLOTS: '3' });
    const short = await run({ args: ['echo up; sleep 0.5; echo done'] });
    const long = await run({ args: ['echo up; [ $CARILLON_ATTEMPT = 2 ] || sleep 60'], retry: { maxAttempts: 2 } });
    const once = await run({ args: ['echo up; sleep 60'] });
    for (const id of [short, long, once]) await printed(id, 'up');
    const waiting = await run({ args: ['echo later'] });
    await worker.close();
    expect(await read(short)).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(await read(once)).toMatchObject({ state: 'failed', reason: 'worker_shutdown' });
    expect(await read(long)).toMatchObject({ state: 'scheduled', attempt: 1 });
    expect(await read(waiting)).toMatchObject({ state: 'pending', attempt: 0 });
    expect(await engine.sql(`SELECT 1 FROM agents WHERE ended_at IS NULL AND kind = 'embedded'`)).toEqual([]);
    await start({ ROLES: 'scheduler,worker' });
    expect(await reaches(long, 'succeeded')).toMatchObject({ attempt: 2 });
    await reaches(waiting, 'succeeded');
  });

  it('is shut down while a run is being cancelled records it as cancelled', async () => {
    const worker = await start({ ROLES: 'worker', SHUTDOWN_GRACE_SECONDS: '0' });
    const id = await run({
      args: [`trap '' TERM; echo up; sleep 60; sleep 60`],
      killGraceSeconds: 2,
      retry: { maxAttempts: 5 },
    });
    await printed(id, 'up');
    await engine.asTenant(() => engine.commands.cancel(id));
    await worker.close();
    expect(await read(id)).toMatchObject({ state: 'cancelled', reason: 'cancelled', attempt: 1 });
  });

  it('never got the answer of its claim gives the runs back and runs them', async () => {
    const worker = await start({ ROLES: 'worker' });
    const queue = worker.app.get(WorkQueue);
    const claim = queue.claimAndLook.bind(queue);
    let lost = 0;
    queue.claimAndLook = async (...values) => {
      const given = await claim(...values);
      if (lost === 0 && given.runs.length > 0) {
        lost = given.runs.length;
        throw new Error('the connection broke after the commit');
      }
      return given;
    };
    const id = await run({ jobClass: 'noop' });
    expect(await reaches(id, 'succeeded')).toMatchObject({ attempt: 1 });
    expect(lost).toBe(1);
  });
});

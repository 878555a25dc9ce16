import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runInContext } from '../../src/context/request-context.js';
import type { ClaimedRun } from '../../src/executions/work-queue.service.js';
import type { CreateJobDto } from '../../src/jobs/job-input.dto.js';
import { anAgent, anEnd, claimAny, pendingQueues, startEngine, type Engine, type Replica } from '../support/engine.js';

let engine: Engine;
let other: { id: string; name: string };
beforeAll(async () => {
  engine = await startEngine();
  other = { id: randomUUID(), name: 'other' };
  await engine.sql('INSERT INTO tenants (id, name) VALUES ($1, $2)', [other.id, other.name]);
});
afterAll(() => engine.close());
beforeEach(() => engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions'));

type Work = <T>(work: () => Promise<T>) => Promise<T>;
const asOther: Work = (work) => runInContext({ requestId: 'r', actor: 'tester', tenant: other }, work);
const aJob = async (interfaces: string[], over: Partial<CreateJobDto> = {}, as: Work = engine.asTenant) =>
  (await as(() => engine.edits.create({ name: 'j', jobClass: 'noop', interfaces, ...over }))).job.id;
const run = async (jobId: string, interfaces?: string[], as: Work = engine.asTenant) =>
  (await as(() => engine.commands.runNow(jobId, { interfaces }))).id;
const ids = (runs: readonly ClaimedRun[]) => runs.map((claimed) => claimed.id);
const only = (runs: readonly ClaimedRun[]): ClaimedRun => {
  const [first] = runs;
  if (first === undefined || runs.length > 1) throw new Error(`${runs.length} runs instead of one`);
  return first;
};

/** Interfaces that two runs hold on one agent at this moment; must never be seen, by anybody. */
const doubled = () =>
  engine.sql(
    `SELECT l.agent_id, i, count(*) FROM live_runs l JOIN queues q ON q.id = l.queue_id CROSS JOIN unnest(q.interfaces) i
      WHERE l.agent_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1`,
  );

describe('a run that names interfaces', () => {
  it('waits while another one holds one of them on the same agent, whichever tenant it is of, and goes to another agent', async () => {
    const first = await run(await aJob(['eth1', 'eth2']));
    const second = await run(await aJob(['eth2', 'eth3'], {}, asOther), undefined, asOther);
    const [one, two] = [await anAgent(engine), await anAgent(engine)];
    const held = only(await claimAny(engine, one, 10));
    expect([first, second]).toContain(held.id);
    expect(await claimAny(engine, one, 10)).toEqual([]);
    expect(ids(await claimAny(engine, two, 10))).toEqual([held.id === first ? second : first]);
  });

  it('does not hold up what stands behind it, nor runs that name others', async () => {
    const busy = await aJob(['eth1'], { priority: 9 });
    const held = await run(busy);
    const agentId = await anAgent(engine);
    expect(ids(await claimAny(engine, agentId, 1))).toEqual([held]);
    for (let i = 0; i < 30; i++) await run(busy);
    const [plain, free] = [await run(await aJob([])), await run(await aJob(['eth9']))];
    expect(new Set(ids(await claimAny(engine, agentId, 5)))).toEqual(new Set([plain, free]));
    expect(await claimAny(engine, agentId, 5)).toEqual([]);
  });

  it('of one claim goes in order, and the claim says that nothing is left for this agent', async () => {
    const late = await run(await aJob(['a', 'b'], { priority: 1 }));
    const early = await run(await aJob(['b', 'c'], { priority: 2 }));
    const apart = await run(await aJob(['d'], { priority: 0 }));
    const agentId = await anAgent(engine);
    const queues = await pendingQueues(engine);
    const first = await engine.queue.claimAndLook(agentId, queues, 10, 10);
    expect(ids(first.runs).sort()).toEqual([early, apart].sort());
    const again = await engine.queue.claimAndLook(agentId, queues, 10, 10);
    expect(again).toEqual({ runs: [], more: [] });
    await engine.queue.finish(agentId, [anEnd(first.runs.find((r) => r.id === early) ?? only([]))]);
    expect(ids(await claimAny(engine, agentId, 10))).toEqual([late]);
  });

  it('may have its own instead of the job’s; a retry keeps them, and an edit of the job moves it in tags alone', async () => {
    const jobId = await aJob(['eth1']);
    const own = await run(jobId, ['usb0', 'usb0', 'eth7']);
    const none = await run(jobId, []);
    const stored = await engine.sql('SELECT id, interfaces FROM executions WHERE job_id = $1 ORDER BY id', [jobId]);
    expect(stored).toEqual([
      { id: own, interfaces: ['eth7', 'usb0'] },
      { id: none, interfaces: null },
    ]);
    await engine.asTenant(() => engine.edits.patch(jobId, { requiredTags: ['lab'], interfaces: ['eth2'] }, undefined));
    const queues = await engine.sql(
      `SELECT l.id, q.required_tags AS tags, q.interfaces FROM live_runs l JOIN queues q ON q.id = l.queue_id ORDER BY l.id`,
    );
    expect(queues).toEqual([
      { id: own, tags: ['lab'], interfaces: ['eth7', 'usb0'] },
      { id: none, tags: ['lab'], interfaces: [] },
    ]);
    await engine.asTenant(() => engine.commands.cancel(own));
    const again = await engine.asTenant(() => engine.commands.retry(own));
    expect(again.interfaces).toEqual(['eth7', 'usb0']);
  });

  it('wakes those that wait for it, however it ends', async () => {
    const jobId = await aJob(['eth1'], { retry: { maxAttempts: 9, initialDelaySeconds: 60 } });
    const waitingJob = await aJob(['eth0', 'eth1'], {}, asOther);
    const listener = await engine.session();
    const heard: string[] = [];
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    const ends: [string, (agentId: string, held: ClaimedRun) => Promise<unknown>][] = [
      ['finish', (agentId, held) => engine.queue.finish(agentId, [anEnd(held)])],
      [
        'retry',
        (agentId, held) =>
          engine.queue.finish(agentId, [anEnd(held, { state: 'failed', retryAt: new Date(Date.now() + 60_000) })]),
      ],
      ['unclaim', (agentId, held) => engine.queue.unclaim(agentId, [held])],
      [
        'rescue',
        async (agentId) => {
          await engine.agents.setState(agentId, 'offline');
          await engine.rescue.takeFromLostAgents();
        },
      ],
      [
        'end by force',
        async (_agentId, held) => {
          await engine.asTenant(() => engine.commands.forceCancel(held.id));
          expect(await engine.rescue.endOverdueForced(0)).toBe(1);
        },
      ],
    ];
    for (const [how, end] of ends) {
      await engine.sql('TRUNCATE live_runs');
      const agentId = await anAgent(engine);
      await run(jobId);
      const held = only(await claimAny(engine, agentId, 1));
      await run(waitingJob, undefined, asOther);
      const [waiting] = await engine.queue.waitingQueues();
      expect(await claimAny(engine, agentId, 1), how).toEqual([]);
      await listener.query('LISTEN carillon_dispatch');
      heard.length = 0;
      await end(agentId, held);
      await listener.query('UNLISTEN carillon_dispatch');
      expect(
        heard.flatMap((payload) => payload.split(',')),
        how,
      ).toContain(String(waiting?.id));
    }
  });
});

describe('interfaces under claims from many connections', () => {
  it('never have two runs on one agent, and every run is worked off', async () => {
    const sets = [['a'], ['b'], ['a', 'b'], ['b', 'c'], ['c', 'd', 'e'], ['e'], ['a', 'e'], []];
    const jobs = await Promise.all(sets.map((set, i) => aJob(set, {}, i % 2 ? asOther : engine.asTenant)));
    await Promise.all(
      jobs.flatMap((jobId, i) =>
        Array.from({ length: 25 }, () => run(jobId, undefined, i % 2 ? asOther : engine.asTenant)),
      ),
    );
    const agents = await Promise.all([0, 1, 2].map(() => anAgent(engine)));
    const tally = { ended: 0, looks: 0 };
    // Two connections claim in the name of each agent, as a worker does that repeats a claim whose answer it lost.
    const work = async (replica: Replica, agentId: string, seed: number): Promise<void> => {
      const held: ClaimedRun[] = [];
      for (let i = seed; tally.ended < 200; i++) {
        held.push(...(await replica.queue.claim(agentId, await pendingQueues(replica), 1 + (i % 3), 1 + (i % 4))));
        expect(await doubled()).toEqual([]);
        tally.looks++;
        const returned = i % 7 === 0 ? held.splice(0, 1) : [];
        await replica.queue.unclaim(agentId, returned);
        const ends = held.splice(0, i % 5 === 0 ? 1 : held.length).map((r) => anEnd(r));
        const { size } = await replica.queue.finish(agentId, ends);
        tally.ended += size;
      }
    };
    await Promise.all([...agents, ...agents].map((agentId, i) => work(engine.replica(1), agentId, i)));
    expect(await engine.sql('SELECT id FROM live_runs')).toEqual([]);
    expect(tally.ended).toBe(200);
    expect(tally.looks).toBeGreaterThan(30);
  }, 60_000);
});

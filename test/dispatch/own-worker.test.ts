// Runs that the worker of the same process takes in the transaction that makes them (`OwnWorker`).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../src/dispatch/dispatcher.service.js';
import type { TakeOffer } from '../../src/executions/own-worker.js';
import type { ClaimedRun } from '../../src/executions/work-queue.service.js';
import type { RunOverrides } from '../../src/executions/run-commands.service.js';
import { newId } from '../../src/kernel/ids.js';
import { anAgent, anEnd, startEngine, type Engine } from '../support/engine.js';
import { startReplica } from '../support/replica.js';
import { until } from '../support/until.js';

let engine: Engine;
let agentId: string;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());
beforeEach(async () => {
  agentId = await anAgent(engine);
});

const aJob = async (over: object = {}): Promise<{ id: string; queueId: number }> =>
  (await engine.asTenant(() => engine.edits.create({ name: `a job ${newId()}`, jobClass: 'noop', ...over }))).job;
const run = (jobId: string, over: RunOverrides = {}) => engine.asTenant(() => engine.commands.runNow(jobId, over));

/** Lets the next statement hand runs of these queues to the agent; answers what it was told. */
function offerOnce(queueIds: readonly number[], slots: number): { taken: ClaimedRun[]; failed: unknown[] } {
  const told: { taken: ClaimedRun[]; failed: unknown[] } = { taken: [], failed: [] };
  let offer: TakeOffer | null = {
    agentId,
    queueIds,
    slots,
    taken: (runs) => told.taken.push(...runs),
    failed: (error) => told.failed.push(error),
  };
  engine.ownWorker.is({
    offer: () => {
      const now = offer;
      offer = null;
      return now;
    },
  });
  return told;
}
const live = async (id: string) =>
  (
    await engine.sql<{ state: string; agent_id: string | null; fence: number; attempt: number; claimed: boolean }>(
      'SELECT state, agent_id, fence, attempt, claimed_at IS NOT NULL AS claimed FROM live_runs WHERE id = $1',
      [id],
    )
  )[0];
const stored = async (id: string) =>
  (await engine.sql('SELECT state, attempt, agent_id FROM executions WHERE id = $1', [id]))[0];
const UNTAKEN = { state: 'pending', agent_id: null, fence: 0, attempt: 0, claimed: false };

describe('a run that is made while the worker of the process is idle', () => {
  it('is its own from the start, as if it had been claimed, and is shown as it was made', async () => {
    const job = await aJob({ args: ['x'], timeoutSeconds: 30, retry: { maxAttempts: 3 } });
    await run(job.id); // Judges the class.
    const told = offerOnce([job.queueId], 5);
    const made = await run(job.id, { parameters: { a: 1 } });
    expect(made).toMatchObject({ state: 'pending', attempt: 0, agentId: null, startedAt: null });
    expect(await live(made.id)).toEqual({ state: 'running', agent_id: agentId, fence: 1, attempt: 1, claimed: true });
    expect(told.taken).toHaveLength(1);
    const facts = { id: made.id, jobId: job.id, tenantId: engine.tenantId, queueId: job.queueId, gateId: null };
    const rules = { attempt: 1, fence: 1, args: ['x'], parameters: { a: 1 }, timeoutMs: 30_000, maxAttempts: 3 };
    expect(told.taken[0]).toMatchObject({ ...facts, ...rules, jobClass: 'noop', forbiddenJobClasses: [] });
    const end = anEnd({ id: made.id, fence: 1, gateId: null });
    expect(await engine.queue.finish(agentId, [end])).toEqual(new Set([made.id]));
    expect(await stored(made.id)).toEqual({ state: 'succeeded', attempt: 1, agent_id: agentId });
  });

  it('is taken up to the number of slots; the others are pending', async () => {
    const job = await aJob();
    const first = run(job.id);
    const second = run(job.id);
    // These two statements are under way, so what follows gathers.
    const told = offerOnce([job.queueId], 3);
    const made = await Promise.all(Array.from({ length: 10 }, () => run(job.id)));
    await Promise.all([first, second]);
    const states = await Promise.all(made.map(async ({ id }) => (await live(id))?.state));
    expect(states.filter((state) => state === 'running')).toHaveLength(told.taken.length);
    expect(told.taken).toHaveLength(3);
    expect(told.taken.map((taken) => taken.id)).toEqual(made.slice(0, 3).map(({ id }) => id));
  });

  it('is left to claims when it is not due, needs interfaces, its tenant has a limit, or the agent may not have it', async () => {
    const [plain, wired] = [await aJob(), await aJob({ interfaces: ['eth1'] })];
    await run(plain.id);
    const queues = [plain.queueId, wired.queueId];
    const untaken = async (jobId: string, over: RunOverrides, offered = queues): Promise<void> => {
      const told = offerOnce(offered, 5);
      const { id } = await run(jobId, over);
      const state = over.runAt === undefined ? 'pending' : 'scheduled';
      expect(await live(id)).toEqual({ ...UNTAKEN, state });
      expect(told).toEqual({ taken: [], failed: [] });
    };
    await untaken(plain.id, { runAt: new Date(Date.now() + 3_600_000) });
    await untaken(wired.id, {});
    await untaken(plain.id, {}, [wired.queueId]);
    await engine.sql('UPDATE tenants SET max_running = 5 WHERE id = $1', [engine.tenantId]);
    await untaken(plain.id, {});
    await engine.sql('UPDATE tenants SET max_running = NULL, dedicated_agents_only = true WHERE id = $1', [
      engine.tenantId,
    ]);
    await untaken(plain.id, {});
    await engine.sql('UPDATE tenants SET dedicated_agents_only = false WHERE id = $1', [engine.tenantId]);
    await engine.agents.setState(agentId, 'draining');
    await untaken(plain.id, {});
  });

  it('that the database refuses leaves the worker in no doubt', async () => {
    const job = await aJob();
    await run(job.id);
    const told = offerOnce([job.queueId], 5);
    await expect(run(job.id, { args: ['a\u0000b'] })).rejects.toThrow();
    expect(told).toEqual({ taken: [], failed: [] });
  });
});

describe('a worker', () => {
  it('gives back what was taken for it by a statement whose answer was lost, and runs it then', async () => {
    const worker = await startReplica(engine, { ROLES: 'worker' });
    try {
      const job = await aJob();
      const warm = await run(job.id);
      await until('the first run has ended', () => ended(warm.id));
      const lost = await until('the worker has nothing else to do', () =>
        Promise.resolve(worker.app.get(Dispatcher).offer(engine.tenantId, 1)),
      );
      // Takes the run, as the statement of a process would, whose answer then does not come.
      agentId = lost.agentId;
      const told = offerOnce(lost.queueIds, 1);
      const made = await run(job.id);
      expect(told.taken).toHaveLength(1);
      expect(await live(made.id)).toMatchObject({ state: 'running', agent_id: agentId });
      lost.failed(new Error('the connection was lost'));
      await until('the run has ended', () => ended(made.id));
      expect(await stored(made.id)).toEqual({ state: 'succeeded', attempt: 1, agent_id: agentId });
    } finally {
      await worker.close();
    }
  });
});

async function ended(id: string): Promise<true | null> {
  const rows = await engine.sql('SELECT 1 FROM executions WHERE id = $1 AND state IS NOT NULL', [id]);
  return rows.length > 0 ? true : null;
}

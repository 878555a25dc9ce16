import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anAgent,
  anEnd,
  claimAny,
  gateDifferences,
  pendingQueues,
  startEngine,
  type Engine,
  type Replica,
} from '../support/engine.js';
import { dueTriggersOf, onTime } from '../support/due-triggers.js';
import type { ClaimedRun } from '../../src/executions/work-queue.service.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const CONNECTIONS = 8;
const OPERATIONS = 250;
const LIMIT = 3;
const POLICIES = ['skip', 'queue_one', 'queue_all', 'cancel_other', 'force_cancel_other'] as const;

/** Numbers that look random and are the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const jobs: string[] = [];
/** Each has room for `LIMIT` runs of its jobs; those of the second may be forced. */
const groups: string[] = [];
const forced = new Set<string>();

/** Runs that ended and triggers that were fired by all connections. */
const tally = { made: 0, refusedCancels: 0, refusedStarts: 0 };

async function oneConnection(
  seed: number,
  replica: Replica,
  agentId: string,
  triggers: { id: string; dueAtMs: number; version: number }[],
) {
  const pick = numbers(seed);
  const held: ClaimedRun[] = [];
  for (let i = 0; i < OPERATIONS; i++) {
    const jobId = jobs[pick(jobs.length)] ?? '';
    const kind = pick(10);
    if (kind < 2) {
      const batch = triggers.splice(0, 1 + pick(3));
      const won = await replica.firing.fire(batch.map((t) => onTime(t, { nextAtMs: null })));
      tally.made += won.size;
    } else if (kind < 5) {
      const ifBusy = ([undefined, undefined, 'reject', 'queue', 'skip'] as const)[pick(5)];
      const force = forced.has(jobId) && pick(2) === 0;
      const made = await engine
        .asTenant(() => engine.commands.runNow(jobId, { ifBusy, force }))
        .then(
          () => true,
          (error: unknown) => {
            if ((error as { code?: string }).code !== 'busy') throw error;
            return false;
          },
        );
      if (made) tally.made++;
      else tally.refusedStarts++;
    } else if (kind < 7) {
      held.push(...(await replica.queue.claim(agentId, await pendingQueues(replica), 3, 3)));
    } else if (kind < 9) {
      const ends = held.splice(0, 1 + pick(4)).map((run) => {
        const isRetried = pick(4) === 0;
        return anEnd(run, isRetried ? { state: 'failed', retryAt: new Date() } : {});
      });
      await replica.queue.finish(agentId, ends);
      await replica.firing.releaseDelayed(10);
    } else {
      const [run] = await engine.sql<{ id: string }>(
        'SELECT id FROM live_runs WHERE job_id = $1 ORDER BY id OFFSET $2 LIMIT 1',
        [jobId, pick(3)],
      );
      if (run === undefined) continue;
      const stop = pick(2) === 0 ? engine.commands.cancel : engine.commands.forceCancel;
      await engine
        .asTenant(() => stop.call(engine.commands, run.id))
        .catch((error: unknown) => {
          if ((error as { code?: string }).code !== 'invalid_state') throw error;
          tally.refusedCancels++;
        });
    }
    if (i % 50 === 0) expect(await tooMany()).toEqual([]);
  }
  await replica.queue.finish(
    agentId,
    held.map((run) => anEnd(run)),
  );
}

/** Gates with more admitted than allowed; must never be seen, by anybody, at any moment. */
const tooMany = () =>
  engine.sql(
    `SELECT g.id, count(*)
       FROM live_runs l JOIN gates j ON j.id = l.gate_id JOIN gates g ON g.id IN (j.id, j.next_gate_id)
      WHERE CASE WHEN g.id = j.id THEN l.held_by IS DISTINCT FROM j.id ELSE l.held_by IS NULL END AND g.id <> $1
      GROUP BY g.id, g.max_active HAVING count(*) > g.max_active`,
    [groups[1]],
  );

describe('gates under random operations from many connections', () => {
  it('never admit too many, keep their counters, lose no run and no promotion', async () => {
    for (const overlapPolicy of POLICIES) {
      const job = {
        name: overlapPolicy,
        jobClass: 'noop',
        overlapPolicy,
        maxConcurrency: LIMIT,
        retry: { maxAttempts: 100 },
      };
      jobs.push((await engine.asTenant(() => engine.edits.create(job))).job.id);
    }
    for (const n of [0, 1]) {
      const rule = {
        name: `group ${n}`,
        maxConcurrency: LIMIT,
        whenBusy: n === 0 ? ('queue' as const) : ('reject' as const),
      };
      const group = (await engine.asTenant(() => engine.groups.create({ ...rule, maxQueued: 20 }))).id;
      groups.push(group);
      for (const overlapPolicy of ['allow', 'queue_all', 'cancel_other'] as const) {
        const job = {
          name: `${n} ${overlapPolicy}`,
          jobClass: 'noop',
          overlapPolicy,
          group,
          retry: { maxAttempts: 100 },
        };
        jobs.push((await engine.asTenant(() => engine.edits.create(job))).job.id);
      }
      if (n === 1) for (const id of jobs.slice(-3)) forced.add(id);
    }
    const triggers = (await Promise.all(jobs.map((jobId) => dueTriggersOf(engine, jobId, 60)))).flat();
    const agents = await Promise.all(Array.from({ length: CONNECTIONS }, () => anAgent(engine)));
    await Promise.all(agents.map((agentId, i) => oneConnection(i + 1, engine.replica(1), agentId, triggers)));
    expect(await gateDifferences(engine)).toEqual([]);

    // Work everything off: whatever was held back must come through.
    for (const agentId of agents) {
      const stopping = await engine.sql<{ id: string; fence: number; gateId: string }>(
        'SELECT id, fence, gate_id AS "gateId" FROM live_runs WHERE agent_id = $1',
        [agentId],
      );
      await engine.queue.finish(
        agentId,
        stopping.map((run) => anEnd(run)),
      );
    }
    for (let rounds = 0; ; rounds++) {
      await engine.firing.releaseDelayed(1_000);
      const runs = await claimAny(engine, agents[0] ?? '', 100);
      if (runs.length === 0) break;
      expect(runs.length).toBeLessThanOrEqual(100);
      await engine.queue.finish(
        agents[0] ?? '',
        runs.map((run) => anEnd(run)),
      );
      expect(rounds).toBeLessThan(5_000);
    }
    expect(await engine.sql('SELECT state, gate_id FROM live_runs')).toEqual([]);
    expect(await engine.sql('SELECT 1 FROM gates WHERE active <> 0 OR queued <> 0')).toEqual([]);
    const [total] = await engine.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM executions WHERE state IS NOT NULL',
    );
    expect(total?.n).toBe(tally.made);
    expect(tally.made).toBeGreaterThan(500);
    expect(tally.refusedStarts).toBeGreaterThan(10);
  }, 90_000);
});

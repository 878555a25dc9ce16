import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine, type Engine } from '../support/engine.js';
import { dueTriggersOf, onTime, type DueTriggerRow } from '../support/due-triggers.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const aJob = async (): Promise<string> =>
  (await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop' }))).job.id;

/** Fires the same batches from three replicas until each says that nothing is left to win; answers how often each trigger was won. */
async function fireFromThreeReplicas(due: readonly DueTriggerRow[], batch: number): Promise<Map<string, number>> {
  const won = new Map<string, number>();
  await Promise.all(
    [engine.replica(2), engine.replica(2), engine.replica(2)].map(async ({ firing }) => {
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < due.length; i += batch) {
          for (const id of await firing.fire(due.slice(i, i + batch).map((t) => onTime(t)))) {
            won.set(id, (won.get(id) ?? 0) + 1);
          }
        }
      }
    }),
  );
  return won;
}

const executionsOf = (jobId: string) =>
  engine.sql<{ triggerId: string; n: number }>(
    `SELECT trigger_id AS "triggerId", count(*)::int AS n FROM executions WHERE job_id = $1 GROUP BY 1`,
    [jobId],
  );

describe('three replicas that fire the same triggers', () => {
  it('fire each of 1,000 once', async () => {
    const jobId = await aJob();
    const due = await dueTriggersOf(engine, jobId, 1_000);
    const won = await fireFromThreeReplicas(due, 100);
    expect(won.size).toBe(1_000);
    expect([...won.values()].every((n) => n === 1)).toBe(true);
    const rows = await executionsOf(jobId);
    expect(rows).toHaveLength(1_000);
    expect(rows.every((row) => row.n === 1)).toBe(true);
    const [counts] = await engine.sql(
      `SELECT sum(run_count)::int AS runs, count(*) FILTER (WHERE next_fire_at > now())::int AS ahead FROM triggers WHERE job_id = $1`,
      [jobId],
    );
    expect(counts).toEqual({ runs: 1_000, ahead: 1_000 });
    const [live] = await engine.sql(
      `SELECT count(*)::int AS n FROM live_runs WHERE job_id = $1 AND state = 'pending'`,
      [jobId],
    );
    expect(live).toEqual({ n: 1_000 });
  });

  it('agree with edits, pauses and deletions of the same triggers on who came first', async () => {
    const jobId = await aJob();
    const due = await dueTriggersOf(engine, jobId, 300);
    const edits = due.map(({ id }, i) =>
      engine.asTenant(async () => {
        if (i % 3 === 0) await engine.triggerEdits.setPaused(jobId, id, true, undefined);
        else if (i % 3 === 1) await engine.triggerEdits.delete(jobId, id, undefined);
        else await engine.triggerEdits.patch(jobId, id, { everySeconds: 3600 }, undefined);
      }),
    );
    const [won] = await Promise.all([fireFromThreeReplicas(due, 25), ...edits]);
    const fired = new Set((await executionsOf(jobId)).map((row) => row.triggerId));
    expect(fired).toEqual(new Set(won.keys()));
    expect([...won.values()].every((n) => n === 1)).toBe(true);
    const rows = await engine.sql<{ id: string; runs: number; next: Date | null; version: number; over: boolean }>(
      `SELECT id, run_count AS runs, next_fire_at AS next, version, (paused OR deleted_at IS NOT NULL) AS over FROM triggers WHERE job_id = $1`,
      [jobId],
    );
    for (const row of rows) {
      expect(row.runs).toBe(fired.has(row.id) ? 1 : 0);
      expect(row.version).toBe(2);
      expect(row.next === null).toBe(row.over);
    }
  });

  it('fire nothing for a stale version, another instant, or an instant ahead of the database clock', async () => {
    const jobId = await aJob();
    const [a, b, c] = await dueTriggersOf(engine, jobId, 3);
    if (!a || !b || !c) throw new Error('three triggers');
    const ahead = Date.now() + 60_000;
    await engine.sql('UPDATE triggers SET next_fire_at = $2 WHERE id = $1', [c.id, new Date(ahead)]);
    const won = await engine.firing.fire([
      onTime({ ...a, version: 2 }),
      onTime({ ...b, dueAtMs: b.dueAtMs - 1 }),
      onTime({ ...c, dueAtMs: ahead }),
    ]);
    expect(won.size).toBe(0);
    expect(await executionsOf(jobId)).toEqual([]);
  });

  it('leave triggers alone that somebody else holds at the moment, and fire the others', async () => {
    const jobId = await aJob();
    const due = await dueTriggersOf(engine, jobId, 2);
    const holder = await engine.session();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM triggers WHERE id = $1 FOR UPDATE', [due[0]?.id]);
    const won = await engine.firing.fire(due.map((t) => onTime(t)));
    await holder.query('ROLLBACK');
    expect([...won]).toEqual([due[1]?.id]);
  });

  it('record missed instants with their reason, and delay what is due later', async () => {
    const jobId = await aJob();
    const [trigger] = await dueTriggersOf(engine, jobId, 1);
    if (!trigger) throw new Error('one trigger');
    const laterMs = Date.now() + 30_000;
    await engine.firing.fire([
      onTime(trigger, {
        occurrences: [
          { atMs: trigger.dueAtMs - 60_000, runAtMs: trigger.dueAtMs - 60_000, missedReason: 'misfire_skipped' },
          { atMs: trigger.dueAtMs, runAtMs: laterMs, missedReason: null },
        ],
      }),
    ]);
    const rows = await engine.sql(
      `SELECT e.state, e.reason, l.state AS live, l.run_at AS "runAt", (e.finished_at IS NOT NULL) AS over
         FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.job_id = $1 ORDER BY e.scheduled_for`,
      [jobId],
    );
    expect(rows).toEqual([
      { state: 'missed', reason: 'misfire_skipped', live: null, runAt: null, over: true },
      { state: null, reason: null, live: 'scheduled', runAt: new Date(laterMs), over: false },
    ]);
  });
});

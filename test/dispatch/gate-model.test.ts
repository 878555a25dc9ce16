// The rules of jobs and groups against a reference model that knows nothing of SQL: random operations, and after each the state of every run and
// both counters of every gate must be what the model says. A failure names its seed and its last operations; MODEL_SEED=<seed> runs that one
// alone, MODEL_SEEDS=<n> more of them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAgent, anEnd, startEngine, type Engine } from '../support/engine.js';
import { dueTriggersOf, onTime } from '../support/due-triggers.js';
import { GateModel, type ModelJob, type ModelRun } from '../support/gate-model.js';
import type { IfBusy } from '../../src/executions/run-making.service.js';
import type { OverlapPolicy } from '../../src/jobs/job.entity.js';

const OPERATIONS = 45;
const given = Number(process.env['MODEL_SEED'] ?? 0);
const SEEDS = given > 0 ? [given] : Array.from({ length: Number(process.env['MODEL_SEEDS'] ?? 5) }, (_, i) => i + 1);
const POLICIES: OverlapPolicy[] = ['allow', 'skip', 'queue_one', 'queue_all', 'cancel_other', 'force_cancel_other'];
const BUSY: (IfBusy | undefined)[] = [undefined, undefined, undefined, 'reject', 'queue', 'skip'];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

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

async function play(seed: number): Promise<void> {
  const pick = numbers(seed);
  const model = new GateModel();
  const agentId = await anAgent(engine);
  const log: string[] = [];
  const as = engine.asTenant;
  for (const whenBusy of ['queue', 'skip', 'reject'] as const) {
    const rule = { maxConcurrency: 1 + pick(2), whenBusy, maxQueued: 1 + pick(3) };
    const { id } = await as(() => engine.groups.create({ name: `${seed} ${whenBusy}`, ...rule }));
    model.groups.set(id, { id, ...rule });
  }
  const groupIds = [...model.groups.keys()];
  for (let n = 0; n < 6; n++) {
    const policy = POLICIES[(seed + n) % POLICIES.length] ?? 'allow';
    const group = n === 5 ? null : (groupIds[pick(3)] ?? null);
    const limits = policy === 'allow' ? {} : { maxConcurrency: 1 + pick(2), maxQueued: 1 + pick(3) };
    const { job } = await as(() =>
      engine.edits.create({ name: `${seed} ${n}`, jobClass: 'noop', overlapPolicy: policy, group, ...limits }),
    );
    const { id, maxConcurrency, maxQueued } = job;
    model.jobs.set(id, { id, policy, maxConcurrency, maxQueued, group });
  }
  const jobs = [...model.jobs.values()];
  const anyJob = (): ModelJob => jobs[pick(jobs.length)] ?? jobs[0]!;
  const any = (wanted: (run: ModelRun) => boolean): ModelRun | undefined => {
    const fitting = model.runs.filter(wanted);
    return fitting[pick(fitting.length)];
  };

  for (let i = 0; i < OPERATIONS; i++) {
    const kind = pick(12);
    if (kind < 5) {
      const job = anyJob();
      const [force, ifBusy] = [pick(5) === 0, BUSY[pick(BUSY.length)]];
      log.push(`run ${job.policy} force=${force} ifBusy=${ifBusy}`);
      const made = await as(() => engine.commands.runNow(job.id, { force, ifBusy })).catch((error: unknown) => {
        if ((error as { code?: string }).code !== 'busy') throw error;
        return null;
      });
      const wanted = model.arrive(job, [made?.id ?? 'none'], 'manual', force, ifBusy ?? null);
      expect(made === null, `seed ${seed}: ${log.slice(-6).join('; ')}`).toBe(wanted === 'rejected');
    } else if (kind === 5) {
      const job = anyJob();
      const due = await dueTriggersOf(engine, job.id, 1 + pick(3));
      log.push(`fire ${due.length} of ${job.policy}`);
      await engine.firing.fire(due.map((t) => onTime(t, { nextAtMs: null })));
      const ids = await engine.sql<{ id: string }>(
        'SELECT id FROM executions WHERE trigger_id = ANY ($1) ORDER BY scheduled_for, id',
        [due.map((t) => t.id)],
      );
      model.arrive(
        job,
        ids.map((row) => row.id),
        'trigger',
        false,
        null,
      );
    } else if (kind < 8) {
      const run = any((r) => r.state === 'pending');
      if (run === undefined) continue;
      log.push(`claim of ${run.job.policy}`);
      await engine.sql(
        `UPDATE live_runs SET state = 'running', agent_id = $2, fence = fence + 1, attempt = attempt + 1, claimed_at = now() WHERE id = $1`,
        [run.id, agentId],
      );
      run.state = 'running';
    } else if (kind < 10) {
      const run = any((r) => ['running', 'cancelling', 'force_cancelling'].includes(r.state));
      if (run === undefined) continue;
      log.push(`end of ${run.job.policy}`);
      const kept = await engine.queue.finish(agentId, [anEnd({ id: run.id, fence: 1, gateId: gateOf(run.job) })]);
      expect([...kept]).toEqual([run.id]);
      model.end(run, run.state === 'force_cancelling' ? 'cancelled' : 'succeeded');
    } else if (kind === 10) {
      const run = any((r) => model.isLive(r));
      if (run === undefined) continue;
      log.push(`cancel ${run.state} of ${run.job.policy}`);
      await as(() => engine.commands.cancel(run.id));
      model.cancel(run);
    } else if (pick(2) === 0) {
      const group = model.groups.get(groupIds[pick(3)] ?? '');
      if (group === undefined) continue;
      group.maxConcurrency = [null, 1, 2, 3][pick(4)] ?? null;
      log.push(`limit ${group.maxConcurrency} of ${group.whenBusy}`);
      const { maxConcurrency } = group;
      await as(() => engine.groups.patch(group.id, { maxConcurrency }, undefined));
      model.settle();
    } else {
      const job = anyJob();
      const group = [null, ...groupIds][pick(4)] ?? null;
      log.push(`move ${job.policy} to ${group === null ? 'none' : model.groups.get(group)?.whenBusy}`);
      await as(() => engine.edits.patch(job.id, { group }, undefined));
      model.move(job, group);
    }
    await compare(model, `seed ${seed}: ${log.slice(-8).join('; ')}`);
  }
}

/** Jobs that never had a rule or a limited group have no gate; the service finds out by itself. */
const gateOf = (job: ModelJob): string | null => (job.group === null && job.policy === 'allow' ? null : job.id);

async function compare(model: GateModel, where: string): Promise<void> {
  const rows = await engine.sql<{ id: string; state: string; reason: string | null }>(
    `SELECT e.id, coalesce(e.state, l.state) AS state,
            CASE WHEN e.state IN ('skipped', 'cancelled') THEN e.reason END AS reason
       FROM executions e LEFT JOIN live_runs l ON l.id = e.id WHERE e.job_id = ANY ($1)`,
    [[...model.jobs.keys()]],
  );
  const real = new Map(rows.map((row) => [row.id, row.state]));
  const wanted = new Map(model.runs.map((run) => [run.id, run.state as string]));
  expect(sorted(real), where).toEqual(sorted(wanted));
  const gates = await engine.sql<{ id: string; active: number; queued: number }>(
    'SELECT id, active, queued FROM gates WHERE id = ANY ($1) ORDER BY id',
    [[...model.jobs.keys(), ...model.groups.keys()]],
  );
  expect(gates, where).toEqual(gates.map(({ id }) => ({ id, ...model.countersOf(id) })));
}

const sorted = (states: Map<string, string>): [string, string][] => [...states].sort(([a], [b]) => (a < b ? -1 : 1));

describe('jobs and groups against the reference model', () => {
  it.each(SEEDS)('seed %i', (seed) => play(seed));
});

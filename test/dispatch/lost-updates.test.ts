// Each test holds one row in an open transaction, so that a statement under test has read it before and meets it changed: the
// moment that a random race hits once in a million.
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anAgent, anEnd, claimAny, startEngine, type Engine } from '../support/engine.js';
import { until } from '../support/until.js';
import type { ClaimedRun } from '../../src/executions/work-queue.service.js';

let engine: Engine;
let other: pg.Client;
beforeAll(async () => {
  engine = await startEngine();
  other = await engine.session();
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions');
});

async function aRunningRun(): Promise<{ agentId: string; run: ClaimedRun }> {
  const job = { name: 'j', jobClass: 'noop', retry: { maxAttempts: 5 } };
  await engine.asTenant(async () => engine.commands.runNow((await engine.edits.create(job)).job.id, {}));
  const agentId = await anAgent(engine);
  const [run] = await claimAny(engine, agentId, 1);
  if (!run) throw new Error('nothing claimed');
  return { agentId, run };
}

/** Changes the run in an open transaction, begins `work`, and commits when `work` waits for the row. */
async function whileChanging<T>(run: ClaimedRun, change: string, work: () => Promise<T>): Promise<T> {
  await other.query('BEGIN');
  await other.query(`UPDATE live_runs SET ${change} WHERE id = $1`, [run.id]);
  const result = work();
  result.catch(() => undefined);
  await until('the statement waits for the row', async () => {
    const waiting = await engine.sql(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
  await other.query('COMMIT');
  return result;
}

const STOP_ASKED = `state = 'cancelling', stop_requested_at = now(), stop_requested_by = 'x'`;

describe('a run that changes under a statement', () => {
  it('is not lost when somebody asks to stop it while its failed attempt is recorded', async () => {
    const { agentId, run } = await aRunningRun();
    const end = anEnd(run, { state: 'failed', reason: 'exit_code', retryAt: new Date(Date.now() + 1000) });
    const kept = await whileChanging(run, STOP_ASKED, () => engine.queue.finish(agentId, [end]));
    expect(kept).toEqual(new Set([run.id]));
    expect(await engine.sql('SELECT state FROM executions')).toEqual([{ state: 'failed' }]);
    expect(await engine.sql('SELECT 1 FROM live_runs')).toEqual([]);
  });

  it('is cancelled when its failed attempt was just sent back to wait', async () => {
    const { run } = await aRunningRun();
    const answer = await whileChanging(
      run,
      `state = 'scheduled', agent_id = NULL, run_at = now() + interval '1 h'`,
      () => engine.asTenant(() => engine.commands.cancel(run.id)),
    );
    expect(answer.state).toBe('cancelled');
  });

  it('is asked to stop when a worker has just claimed it', async () => {
    const { agentId, run } = await aRunningRun();
    await engine.queue.unclaim(agentId, [run]);
    await other.query('BEGIN');
    await other.query(
      `UPDATE live_runs SET state = 'running', agent_id = $2, claimed_at = now(), fence = fence + 1 WHERE id = $1`,
      [run.id, agentId],
    );
    const cancelled = engine.asTenant(() => engine.commands.cancel(run.id));
    await until('the cancel waits for the row', async () => {
      const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await engine.sql(sql)).length > 0;
    });
    await other.query('COMMIT');
    expect((await cancelled).state).toBe('cancelling');
    expect(await engine.queue.stopsOf(agentId)).toEqual([{ id: run.id, state: 'cancelling' }]);
  });

  it('is stopped for a newer one under cancel_other although a worker is just claiming it', async () => {
    // Found by seed 109 of the proof of the overlap rules.
    const job = { name: 'j', jobClass: 'noop', overlapPolicy: 'force_cancel_other' as const };
    const jobId = (await engine.asTenant(() => engine.edits.create(job))).job.id;
    const first = await engine.asTenant(() => engine.commands.runNow(jobId, {}));
    const agentId = await anAgent(engine);
    await other.query('BEGIN');
    await other.query(
      `UPDATE live_runs SET state = 'running', agent_id = $2, claimed_at = now(), fence = fence + 1 WHERE id = $1`,
      [first.id, agentId],
    );
    const second = engine.asTenant(() => engine.commands.runNow(jobId, {}));
    await until('the newer one waits for the row', async () => {
      const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await engine.sql(sql)).length > 0;
    });
    await other.query('COMMIT');
    expect((await second).state).toBe('queued');
    expect(await engine.queue.stopsOf(agentId)).toEqual([{ id: first.id, state: 'force_cancelling' }]);
  });

  it('ends under its new overlap rule when it got one while its end was recorded', async () => {
    const { agentId, run } = await aRunningRun();
    await engine.asTenant(() => engine.edits.patch(run.jobId, { overlapPolicy: 'skip' }, undefined));
    expect(await engine.sql('SELECT active FROM gates WHERE id = $1', [run.jobId])).toEqual([{ active: 1 }]);
    expect(run.gateId).toBeNull();
    expect(await engine.queue.finish(agentId, [anEnd(run)])).toEqual(new Set([run.id]));
    expect(await engine.sql('SELECT active FROM gates WHERE id = $1', [run.jobId])).toEqual([{ active: 0 }]);
  });

  it('is cancelled under its new overlap rule when it got one in between', async () => {
    const { agentId, run } = await aRunningRun();
    await engine.queue.unclaim(agentId, [run]);
    await engine.sql('INSERT INTO gates (id, tenant_id, max_active, max_queued, active) VALUES ($1, $2, 1, 0, 1)', [
      run.jobId,
      engine.tenantId,
    ]);
    const answer = await whileChanging(run, `gate_id = job_id, arrival = 1`, () =>
      engine.asTenant(() => engine.commands.cancel(run.id)),
    );
    expect(answer.state).toBe('cancelled');
    expect(await engine.sql('SELECT active FROM gates WHERE id = $1', [run.jobId])).toEqual([{ active: 0 }]);
  });
});

describe('a run by hand', () => {
  it('waits for a deletion of its job that is under way, and is refused', async () => {
    const job = await engine.asTenant(() => engine.edits.create({ name: 'j', jobClass: 'noop' }));
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM jobs WHERE id = $1 FOR NO KEY UPDATE', [job.job.id]);
    await other.query('UPDATE jobs SET deleted_at = now() WHERE id = $1', [job.job.id]);
    const run = engine.asTenant(() => engine.commands.runNow(job.job.id, {}));
    run.catch(() => undefined);
    const settled = await Promise.race([
      run.then(
        () => 'made',
        () => 'refused',
      ),
      until('the run waits for the job', async () => {
        const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        return (await engine.sql(sql)).length > 0 ? 'waits' : null;
      }),
    ]);
    await other.query('COMMIT');
    expect(settled).toBe('waits');
    await expect(run).rejects.toMatchObject({ code: 'not_found' });
    expect(await engine.sql('SELECT 1 FROM executions')).toEqual([]);
  });
});

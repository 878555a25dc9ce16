import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REASON_CODES } from '../../src/executions/explain/rules.js';
import { startNativeApp, type NativeApp } from '../http/native-app.js';

let native: NativeApp;
beforeAll(async () => {
  native = await startNativeApp({ env: { FORBIDDEN_JOB_CLASSES: 'secret.*' } });
  await native.sql(`INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'foreign')`);
});
afterAll(() => native.close());
beforeEach(async () => {
  await native.sql('TRUNCATE live_runs, execution_logs, unsuccessful_executions, run_sheets, executions, agents');
  await native.sql('UPDATE tenants SET max_running = NULL, dedicated_agents_only = false');
});

interface Said {
  code: string;
  message: string;
  facts: Record<string, unknown>;
}
const explain = async (path: string): Promise<Said[]> => {
  const { status, body } = await native.call('GET', `/api/v2/${path}/explain`);
  expect(status).toBe(200);
  const reasons = body['reasons'] as Said[];
  for (const { code, message } of reasons) {
    expect(Object.keys(REASON_CODES)).toContain(code);
    expect(message).toMatch(/^[^?]+[.]$/);
  }
  return reasons;
};
const codes = async (path: string): Promise<string[]> => (await explain(path)).map(({ code }) => code);
const aJob = async (over: object = {}): Promise<string> =>
  (await native.call('POST', '/api/v2/jobs', { body: { name: 'j', jobClass: 'noop', ...over } })).body['id'] as string;
const aRun = async (over: object = {}, body: object = {}): Promise<string> => {
  const jobId = await aJob(over);
  return runOf(jobId, body);
};
const runOf = async (jobId: string, body: object = {}): Promise<string> =>
  (await native.call('POST', `/api/v2/jobs/${jobId}/run`, { body })).body['id'] as string;
const anAgent = async (over: { tags?: string[]; state?: string; tenant?: string; slots?: number } = {}) => {
  const [row] = await native.sql<{ id: string }>(
    `INSERT INTO agents (id, tenant_id, name, kind, hostname, slots, tags, state, lease_ms, ended_at)
     VALUES (gen_random_uuid(), (SELECT id FROM tenants WHERE name = $1), 'worker', 'remote', 'host', $2, $3, $4, 60000,
             CASE WHEN $4 = 'lost' THEN now() END) RETURNING id`,
    [over.tenant ?? null, over.slots ?? 4, over.tags ?? [], over.state ?? 'online'],
  );
  return row?.id ?? '';
};
/** Puts a run into the hands of an agent. */
const hold = (id: string, agentId: string, more = '') =>
  native.sql(
    `UPDATE live_runs SET state = 'running', agent_id = $2, attempt = 1, fence = 1, claimed_at = now() ${more} WHERE id = $1`,
    [id, agentId],
  );

describe('a pending run is explained', () => {
  it('by tags that no worker has, with the nearest workers', async () => {
    const id = await aRun({ requiredTags: ['gpu', 'linux'], excludedTags: ['spot'] });
    expect(await codes(`executions/${id}`)).toEqual(['no_agent']);
    const near = await anAgent({ tags: ['linux'] });
    await anAgent({ tags: ['spot'] });
    const [reason] = await explain(`executions/${id}`);
    expect(reason?.code).toBe('no_agent_with_tags');
    expect(reason?.facts).toMatchObject({ requiredTags: ['gpu', 'linux'], excludedTags: ['spot'], agents: 2 });
    const nearest = reason?.facts['nearest'] as object[];
    expect(nearest[0]).toEqual({ agentId: near, name: 'worker', missing: ['gpu'], excluded: [] });
    expect(nearest[1]).toMatchObject({ missing: ['gpu', 'linux'], excluded: ['spot'] });
  });

  it('by workers that are of others, shared only, lost or leaving', async () => {
    const id = await aRun();
    await anAgent({ tenant: 'foreign' });
    expect(await codes(`executions/${id}`)).toEqual(['no_agent', 'agents_of_other_tenants']);
    await anAgent({ state: 'lost' });
    expect((await codes(`executions/${id}`))[0]).toBe('agents_lost');
    await anAgent({ state: 'draining' });
    expect((await codes(`executions/${id}`))[0]).toBe('agents_draining');
    await native.sql(`DELETE FROM agents WHERE state <> 'online'`);
    await anAgent();
    await native.sql(`UPDATE tenants SET dedicated_agents_only = true WHERE name = 'default_tenant'`);
    expect((await codes(`executions/${id}`))[0]).toBe('only_shared_agents');
  });

  it('by slots, the limit of its tenant, and those ahead of it', async () => {
    const agentId = await anAgent({ slots: 1 });
    const jobId = await aJob();
    await hold(await runOf(jobId), agentId);
    const first = await runOf(jobId);
    const second = await runOf(jobId);
    expect(await codes(`executions/${first}`)).toEqual(['all_slots_busy']);
    await native.sql(`UPDATE tenants SET max_running = 1 WHERE name = 'default_tenant'`);
    const reasons = await explain(`executions/${second}`);
    expect(reasons.map(({ code }) => code)).toEqual(['tenant_limit', 'all_slots_busy', 'behind_others']);
    expect(reasons[0]?.facts).toEqual({ maxRunning: 1, running: 1 });
    expect(reasons[1]?.facts).toEqual({ agents: [{ agentId, name: 'worker', slots: 1, running: 1 }] });
    expect(reasons[2]?.facts).toEqual({ ahead: 1, isExact: true, priority: 0 });
  });

  it('by an interface that another run has, without telling which of another tenant', async () => {
    const agentId = await anAgent();
    const jobId = await aJob({ interfaces: ['eth1', 'eth2'] });
    const held = await runOf(jobId);
    await hold(held, agentId);
    const id = await runOf(jobId, { interfaces: ['eth2'] });
    const [reason] = await explain(`executions/${id}`);
    expect(reason).toMatchObject({
      code: 'interface_busy',
      facts: { interfaces: ['eth2'], holders: [{ interface: 'eth2', agentId, executionId: held }] },
    });
    await native.sql(`UPDATE live_runs SET tenant_id = (SELECT id FROM tenants WHERE name = 'foreign') WHERE id = $1`, [
      held,
    ]);
    const [masked] = await explain(`executions/${id}`);
    expect(masked).toMatchObject({ facts: { holders: [{ interface: 'eth2', agentId, executionId: null }] } });
    await anAgent();
    expect(await codes(`executions/${id}`)).toEqual(['about_to_start']);
  });

  it('by its class, should it have been forbidden meanwhile, and by attempts before', async () => {
    await anAgent();
    const id = await aRun({ retry: { maxAttempts: 3 } });
    await native.sql(`UPDATE executions SET job_class = 'secret.Thing' WHERE id = $1`, [id]);
    await native.sql('UPDATE live_runs SET attempt = 2 WHERE id = $1', [id]);
    expect(await codes(`executions/${id}`)).toEqual(['about_to_start', 'forbidden_class', 'earlier_attempts']);
  });
});

describe('any other run is explained', () => {
  it('by its time, or by the runs that hold its gate', async () => {
    const runAt = '2090-01-01T00:00:00.000Z';
    const [later] = await explain(`executions/${await aRun({}, { runAt })}`);
    expect(later).toMatchObject({ code: 'delayed_until', facts: { runAt, because: 'requested', attempt: 0 } });
    const jobId = await aJob({ overlapPolicy: 'queue_all' });
    const first = await runOf(jobId);
    const [reason] = await explain(`executions/${await runOf(jobId)}`);
    expect(reason).toMatchObject({
      code: 'held_by_overlap',
      facts: { maxConcurrency: 1, active: 1, holders: [{ executionId: first, jobId, state: 'pending' }] },
    });
  });

  it('by the runs of other jobs that hold the gate of its group', async () => {
    const { body: group } = await native.call('POST', '/api/v2/groups', {
      body: { name: 'one at a time', maxConcurrency: 1 },
    });
    const groupId = group['id'] as string;
    const jobs = [await aJob({ group: 'one at a time' }), await aJob({ group: 'one at a time' })];
    const first = await runOf(jobs[0] ?? '');
    const [reason, ...others] = await explain(`executions/${await runOf(jobs[1] ?? '')}`);
    expect(reason).toMatchObject({
      code: 'held_by_group',
      facts: { groupId, groupName: 'one at a time', maxConcurrency: 1, active: 1, holders: [{ executionId: first }] },
    });
    expect(others).toEqual([]);
  });

  it('by the worker that has it, whether it lives, and who asked to stop it', async () => {
    const agentId = await anAgent();
    const id = await aRun();
    await hold(id, agentId);
    const [running] = await explain(`executions/${id}`);
    expect(running).toMatchObject({
      code: 'running',
      facts: {
        agentId,
        hostname: 'host',
        attempt: 1,
        fence: 1,
        maxAttempts: 1,
        leaseUntil: expect.any(String) as string,
      },
    });
    await native.call('POST', `/api/v2/executions/${id}/cancel`);
    const [cancelling] = await explain(`executions/${id}`);
    expect(cancelling).toMatchObject({ code: 'cancelling', facts: { requestedBy: 'anonymous', isForced: false } });
    await native.sql(`UPDATE agents SET last_heartbeat_at = now() - interval '2 minutes' WHERE id = $1`, [agentId]);
    expect(await codes(`executions/${id}`)).toEqual(['worker_silent', 'cancelling', 'running']);
  });

  it('by how it ended', async () => {
    const id = await aRun();
    await native.call('POST', `/api/v2/executions/${id}/cancel`);
    expect((await explain(`executions/${id}`))[0]).toMatchObject({ code: 'cancelled', facts: { reason: 'cancelled' } });
    const agentId = await anAgent();
    for (const [state, reason, wanted] of [
      ['succeeded', null, ['succeeded']],
      ['failed', 'agent_lost', ['failed', 'worker_lost']],
      ['timed_out', 'timeout', ['timed_out']],
    ] as const) {
      const ended = await aRun();
      await native.sql('DELETE FROM live_runs WHERE id = $1', [ended]);
      await native.sql(
        `UPDATE executions SET state = $2, reason = $3, finished_at = now(), agent_id = $4, hostname = 'host' WHERE id = $1`,
        [ended, state, reason, agentId],
      );
      expect(await codes(`executions/${ended}`)).toEqual(wanted);
    }
    const jobId = await aJob({ overlapPolicy: 'skip' });
    await runOf(jobId);
    const skipped = await runOf(jobId);
    expect((await explain(`executions/${skipped}`))[0]).toMatchObject({
      code: 'skipped',
      facts: { reason: 'overlap' },
    });
    await native.sql(`UPDATE executions SET state = 'missed', reason = 'misfire_grace' WHERE id = $1`, [skipped]);
    expect((await explain(`executions/${skipped}`))[0]).toMatchObject({
      code: 'missed',
      facts: { reason: 'misfire_grace' },
    });
  });

  it('only to its tenant', async () => {
    const id = await aRun();
    const headers = { tenant: 'foreign' };
    expect((await native.call('GET', `/api/v2/executions/${id}/explain`, { headers })).status).toBe(404);
    expect((await native.call('GET', `/api/v2/executions/nonsense/explain`)).status).toBe(404);
    expect((await native.call('GET', `/api/v2/jobs/${id}/explain`)).status).toBe(404);
  });
});

describe('a job is explained', () => {
  it('by its pause, its triggers and their next instants, those that do nothing first', async () => {
    await anAgent();
    expect(await codes(`jobs/${await aJob()}`)).toEqual(['no_triggers']);
    const every = { kind: 'interval', everySeconds: 3600 };
    const jobId = await aJob({
      triggers: [
        { ...every, name: 'plain' },
        { ...every, name: 'later', startAt: '2090-01-01T00:00:00Z' },
        { ...every, name: 'paused', paused: true },
        { ...every, name: 'counted', maxRuns: 3 },
        { ...every, name: 'over' },
        { ...every, name: 'late' },
      ],
    });
    await native.sql(`UPDATE triggers SET run_count = 3, next_fire_at = NULL WHERE job_id = $1 AND name = 'counted'`, [
      jobId,
    ]);
    await native.sql(`UPDATE triggers SET next_fire_at = NULL WHERE job_id = $1 AND name = 'over'`, [jobId]);
    await native.sql(
      `UPDATE triggers SET next_fire_at = now() - interval '1 minute' WHERE job_id = $1 AND name = 'late'`,
      [jobId],
    );
    const reasons = await explain(`jobs/${jobId}`);
    expect(reasons.map(({ code, facts }) => `${code} ${String(facts['name'])}`)).toEqual([
      'trigger_paused paused',
      'trigger_exhausted counted',
      'trigger_ended over',
      'trigger_overdue late',
      'trigger_not_started later',
      'next_fire plain',
    ]);
    await native.call('POST', `/api/v2/jobs/${jobId}/pause`);
    expect(await codes(`jobs/${jobId}`)).toEqual(['job_paused', 'trigger_paused', 'trigger_exhausted']);
  });

  it('by workers that could not run it, and by what became of its runs', async () => {
    const jobId = await aJob({ requiredTags: ['gpu'], overlapPolicy: 'skip' });
    expect(await codes(`jobs/${jobId}`)).toEqual(['no_triggers', 'no_agent']);
    const waitingId = await runOf(jobId);
    await runOf(jobId);
    const reasons = await explain(`jobs/${jobId}`);
    expect(reasons.map(({ code }) => code)).toEqual(['no_triggers', 'no_agent', 'runs_active', 'last_not_run']);
    expect(reasons[2]?.facts).toEqual({ states: { pending: 1 }, waitingId });
    await native.call('POST', `/api/v2/executions/${waitingId}/cancel`);
    await native.sql(`DELETE FROM unsuccessful_executions WHERE state = 'skipped'`);
    await native.sql(`DELETE FROM executions WHERE state = 'skipped'`);
    const [, , last] = await explain(`jobs/${jobId}`);
    expect(last).toMatchObject({ code: 'last_run', facts: { executionId: waitingId, state: 'cancelled' } });
  });
});

describe('docs/explain.md', () => {
  it('says of every code what the program says, and of no other', () => {
    const page = readFileSync(new URL('../../docs/explain.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, code, meaning]) => [code, meaning]);
    expect(Object.fromEntries(rows)).toEqual(REASON_CODES);
  });
});

// Which index each hot statement takes on tables of some 10,000 analysed rows, with the planner as it comes.
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISPATCH_SETTINGS } from '../../src/database/dispatch-pool.js';
import type { Statement } from '../../src/database/statement.js';
import { overdueForcedGates } from '../../src/executions/sql/overdue-forced-gates.js';
import { cancelWaiting } from '../../src/executions/sql/cancel-waiting.js';
import { endForced } from '../../src/executions/sql/end-forced.js';
import { claim } from '../../src/executions/sql/claim.js';
import { claimRestrained } from '../../src/executions/sql/claim-restrained.js';
import { releaseDelayed } from '../../src/executions/sql/release-delayed.js';
import { finish } from '../../src/executions/sql/finish.js';
import { enqueueAlone } from '../../src/executions/sql/enqueue-alone.js';
import { compileExecutionSearch } from '../../src/executions/compiled-execution-search.js';
import { countSearched } from '../../src/executions/sql/count-searched.js';
import { enqueueFree } from '../../src/executions/sql/enqueue-free.js';
import { enqueueEach } from '../../src/executions/sql/enqueue-each.js';
import { enqueue } from '../../src/executions/sql/enqueue.js';
import { fire } from '../../src/executions/sql/fire.js';
import { adoptRuns } from '../../src/executions/sql/adopt-runs.js';
import { enterGroup } from '../../src/executions/sql/enter-group.js';
import { lockGates } from '../../src/executions/sql/lock-gates.js';
import { promoteGroups } from '../../src/executions/sql/promote-groups.js';
import { replaceActive } from '../../src/executions/sql/replace-active.js';
import { promote } from '../../src/executions/sql/promote.js';
import { waitingRunsOf } from '../../src/executions/sql/waiting-runs-of.js';
import { listExecutionsOfJobs } from '../../src/executions/sql/list-executions-of-jobs.js';
import { listExecutions } from '../../src/executions/sql/list-executions.js';
import { readLogs } from '../../src/executions/sql/read-logs.js';
import { appendLogs } from '../../src/executions/sql/append-logs.js';
import { heldBy } from '../../src/executions/sql/held-by.js';
import { report } from '../../src/executions/sql/report.js';
import { stopsOf } from '../../src/executions/sql/stops-of.js';
import { waitingQueues } from '../../src/executions/sql/waiting-queues.js';
import { orphans } from '../../src/executions/sql/orphans.js';
import { rescue } from '../../src/executions/sql/rescue.js';
import { retry } from '../../src/executions/sql/retry.js';
import { unclaim } from '../../src/executions/sql/unclaim.js';
import { dueTriggers } from '../../src/jobs/sql/due-triggers.js';
import { triggersById } from '../../src/jobs/sql/triggers-by-id.js';
import { listJobs } from '../../src/jobs/sql/list-jobs.js';
import { startEngine, type Engine } from '../support/engine.js';

let engine: Engine;
let session: pg.Client;
let jobId: string;
let triggerId: string;

beforeAll(async () => {
  engine = await startEngine();
  session = await engine.session();
  const { queue_id: queueId } = await fill();
  expect(queueId).toBeGreaterThan(0);
});
afterAll(() => engine.close());

async function fill(): Promise<{ queue_id: number }> {
  const tagged = await engine.asTenant(() =>
    engine.edits.create({ name: 'first', jobClass: 'noop', tags: ['rare'], overlapPolicy: 'queue_all' }),
  );
  jobId = tagged.job.id;
  const values = [engine.tenantId, jobId, tagged.job.queueId];
  await engine.sql(`INSERT INTO agents (id, name, kind, hostname, slots, state, lease_ms, ended_at)
    SELECT gen_random_uuid(), 'a' || i, 'remote', 'h', 9, CASE WHEN i = 1 THEN 'lost' ELSE 'online' END, 60000, CASE WHEN i = 1 THEN now() END FROM generate_series(1, 20) i`);
  await engine.sql(
    `INSERT INTO gates (id, tenant_id, max_active, max_queued) SELECT gen_random_uuid(), $1, 1, 1 FROM generate_series(1, 3000)`,
    [engine.tenantId],
  );
  await engine.sql(
    `INSERT INTO jobs (id, tenant_id, name, job_class, queue_id, created_by) SELECT gen_random_uuid(), $1, 'job ' || i, 'noop', $2, 'x' FROM generate_series(1, 10000) i`,
    [engine.tenantId, tagged.job.queueId],
  );
  await engine.sql(
    `INSERT INTO triggers (id, tenant_id, job_id, kind, spec, next_fire_at, created_by)
    SELECT gen_random_uuid(), $1, $2, 'interval', '{"everyMs":60000,"anchorAt":"2026-01-01T00:00:00Z"}', CASE WHEN i % 2 = 0 THEN now() + i * interval '1 minute' END, 'x' FROM generate_series(1, 10000) i`,
    values.slice(0, 2),
  );
  triggerId = (await engine.sql<{ id: string }>('SELECT id FROM triggers LIMIT 1'))[0]?.id ?? '';
  await engine.sql(
    `INSERT INTO executions (id, tenant_id, job_id, trigger_id, source, scheduled_for, job_class, args, parameters, state, finished_at)
    SELECT gen_random_uuid(), $1, CASE WHEN i % 50 = 0 THEN $2 ELSE j.id END, CASE WHEN i % 100 = 0 THEN $3::uuid END, CASE WHEN i % 100 = 0 THEN 'trigger' ELSE 'manual' END,
           now() - i * interval '1 minute', 'noop', '[]', '{}', CASE WHEN i % 200 = 0 THEN 'failed' ELSE 'succeeded' END, now()
      FROM generate_series(1, 10000) i JOIN (SELECT id, row_number() OVER () AS n FROM jobs) j ON j.n = i`,
    [engine.tenantId, jobId, triggerId],
  );
  await engine.sql(
    `WITH made AS (
      INSERT INTO executions (id, tenant_id, job_id, source, scheduled_for, job_class, args, parameters)
      SELECT gen_random_uuid(), $1, j.id, 'manual', now(), 'noop', '[]', '{}' FROM jobs j RETURNING id, job_id),
    numbered AS (SELECT id, job_id, row_number() OVER () AS n FROM made), agent AS (SELECT id, row_number() OVER (ORDER BY name) AS n FROM agents)
    INSERT INTO live_runs (id, tenant_id, job_id, queue_id, gate_id, held_by, arrival, state, priority, run_at, agent_id, stop_requested_at)
    SELECT m.id, $1, m.job_id, $3, CASE WHEN m.n % 20 = 2 THEN $2::uuid END, CASE WHEN m.n % 20 = 2 THEN $2::uuid END, CASE WHEN m.n % 20 = 2 THEN m.n END,
           CASE m.n % 20 WHEN 0 THEN 'running' WHEN 1 THEN 'scheduled' WHEN 2 THEN 'queued' ELSE CASE WHEN m.n % 1000 = 3 THEN 'force_cancelling' ELSE 'pending' END END,
           0, now() + m.n * interval '1 second', CASE WHEN m.n % 20 = 0 OR m.n % 1000 = 3 THEN (SELECT a.id FROM agent a WHERE a.n = 1 + m.n % 17) END,
           CASE WHEN m.n % 1000 = 3 THEN now() END
      FROM numbered m`,
    values,
  );
  await engine.sql(
    `INSERT INTO execution_logs (execution_id, attempt, seq, tenant_id, stream, at, text)
    SELECT id, 1, s, $1, 'stdout', now(), 'x' FROM (SELECT id FROM executions LIMIT 2000) e, generate_series(1, 5) s`,
    [engine.tenantId],
  );
  await engine.sql('ANALYZE');
  return { queue_id: tagged.job.queueId };
}

/** The plan for all values, as the dispatch connections make it. */
async function genericPlan(statement: Statement): Promise<string> {
  const { rows } = await session.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${statement.text}`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** The plan for these values, as the API's connections make it. */
async function planFor(statement: Statement, values: unknown[]): Promise<string> {
  const { rows } = await session.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS OFF) ${statement.text}`, values);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** Tables that may grow without bound. */
const SCAN = /Seq Scan on (executions|live_runs|triggers|jobs|gates|execution_logs)/;

describe('on tables of 10,000 rows', () => {
  it.each<[string, Statement, string[]]>([
    ['due_triggers', dueTriggers, ['triggers_due']],
    ['triggers_by_id', triggersById, ['triggers_pkey']],
    ['fire', fire, ['triggers_pkey', 'jobs_pkey', 'gates_pkey']],
    ['enqueue', enqueue, ['on jobs j', 'gates_pkey']],
    ['enqueue_free', enqueueFree, ['on jobs j']],
    ['enqueue_each', enqueueEach, ['on jobs j']],
    ['enqueue_alone', enqueueAlone, ['on jobs j', 'gates_pkey']],
    ['claim', claim, ['live_pending', 'live_runs_pkey', 'executions_pkey', 'jobs_pkey']],
    ['claim_restrained', claimRestrained, ['live_pending', 'live_runs_pkey', 'executions_pkey', 'jobs_pkey']],
    ['release_delayed', releaseDelayed, ['live_delayed', 'live_runs_pkey']],
    ['finish', finish, ['live_runs_pkey', 'executions_pkey']],
    ['promote', promote, ['live_held', 'live_runs_pkey']],
    ['promote_groups', promoteGroups, ['live_in_line', 'live_runs_pkey']],
    ['replace_active', replaceActive, ['live_by_job', 'live_runs_pkey', 'executions_pkey']],
    ['enter_group', enterGroup, ['live_by_job', 'live_runs_pkey']],
    ['adopt_runs', adoptRuns, ['live_by_job', 'live_runs_pkey']],
    ['lock_gates', lockGates, ['on gates']],
    ['report', report, ['live_runs_pkey']],
    ['append_logs', appendLogs, ['live_runs_pkey']],
    ['stops_of', stopsOf, ['live_by_agent']],
    ['held_by', heldBy, ['live_by_agent']],
    ['waiting_queues', waitingQueues, ['live_pending']],
    ['waiting_runs_of', waitingRunsOf, ['live_by_job']],
    ['orphans', orphans, ['live_by_agent']],
    ['rescue', rescue, ['live_runs_pkey', 'executions_pkey']],
    ['unclaim', unclaim, ['live_runs_pkey']],
    ['cancel_waiting', cancelWaiting, ['live_runs_pkey', 'executions_pkey']],
    ['end_forced', endForced, ['live_force', 'executions_pkey']],
    ['overdue_forced_gates', overdueForcedGates, ['live_force']],
  ])('%s uses its indexes and scans no table', async (_name, statement, indexes) => {
    const plan = await genericPlan(statement);
    for (const index of indexes) expect(plan).toContain(index);
    expect(plan).not.toMatch(SCAN);
  });

  it('the list of executions takes the index that fits its filters', async () => {
    // tenant, sort key, id, job, trigger, states, tag, from, to, rows, name of a group, its id
    const page = (over: Record<number, unknown>) =>
      Object.assign(
        [engine.tenantId, null, null, null, null, null, null, null, null, 26, null, null],
        over,
      ) as unknown[];
    const now = new Date();
    const cases: [Statement, Record<number, unknown>, RegExp][] = [
      [listExecutions.any, {}, /executions_by_time/],
      [listExecutions.any, { 1: now.toISOString(), 2: jobId }, /executions_by_time/],
      [listExecutions.any, { 7: new Date(0), 8: now }, /executions_by_time/],
      [listExecutions.any, { 3: jobId }, /executions_by_job/],
      [listExecutions.any, { 4: triggerId }, /executions_once/],
      [listExecutions.any, { 3: jobId, 5: ['failed', 'running'] }, /executions_by_job/],
      [listExecutions.any, { 6: 'rare' }, /executions_by_time|executions_by_job/],
      [listExecutions.unsuccessful, { 5: ['failed'] }, /unsuccessful_by_(time|state)/],
      [listExecutions.live, { 5: ['pending'] }, /executions_by_time|live_runs_pkey|live_by_job/],
      [listExecutions.held, { 5: ['running'] }, /live_by_agent|executions_by_time/],
      [listExecutions.live, { 5: ['pending'], 10: 'billing' }, /executions_by_time|live_runs_pkey|live_by_job/],
      [listExecutionsOfJobs.any.group, { 10: 'billing' }, /executions_by_job/],
      [listExecutionsOfJobs.any.tag, { 6: 'rare' }, /executions_by_job/],
      // Hardly any failed here, so the small table may be read as it is; never the history.
      [listExecutionsOfJobs.unsuccessful.group, { 5: ['failed'], 10: 'billing' }, /unsuccessful_(by|executions)/],
      [listExecutionsOfJobs.unsuccessful.tag, { 5: ['failed'], 6: 'rare' }, /unsuccessful_(by|executions)/],
    ];
    for (const [statement, over, index] of cases) {
      const plan = await planFor(statement, page(over));
      expect(plan, `${statement.name} ${JSON.stringify(over)}`).toMatch(index);
      expect(plan, `${statement.name} ${JSON.stringify(over)}`).not.toMatch(/Seq Scan on executions/);
    }
  });

  it.each([false, true])(
    'a search compares no run with a list that memory cannot hold (union: %s)',
    async (isUnion) => {
      const search = compileExecutionSearch(
        {
          conditions: [
            { field: { column: 'state' }, operator: 'in', value: ['succeeded'] },
            { field: { column: 'profileName' }, operator: '=', value: 'nightly' },
          ],
          isUnion,
          sort: [],
        },
        1,
      );
      await session.query(`SET work_mem = '64kB'`);
      for (const count of countSearched(search)) {
        const plan = await planFor(count, [engine.tenantId, ...search.values]);
        // Without `hashed` the list is gone through for each run; the other form is a look into an index.
        expect(plan).not.toMatch(/ANY \(\S+ = \(SubPlan/);
      }
      await session.query('RESET work_mem');
    },
  );

  it('the list of jobs walks its index, and output is read by key', async () => {
    const jobs = (over: Record<number, unknown>) =>
      Object.assign([engine.tenantId, null, null, null, null, null, 26, null], over) as unknown[];
    for (const over of [{}, { 1: jobId }, { 2: 'job 77' }, { 4: 'noop' }, { 5: false }]) {
      expect(await planFor(listJobs, jobs(over))).toMatch(/jobs_listed|jobs_tenant_id_id_key/);
    }
    expect(await planFor(readLogs, [engine.tenantId, jobId, null, 0, -1, 200])).toContain('execution_logs_pkey');
  });
});

describe('on connections of the dispatcher, when all but nothing was left at the last vacuum', () => {
  beforeAll(async () => {
    for (const [, setting = '', value = ''] of DISPATCH_SETTINGS.matchAll(/-c (\w+)=(\w+)/g))
      await session.query(`SELECT set_config($1, $2, false)`, [setting, value]);
    for (const table of ['live_runs', 'executions']) {
      // One row on the last page: the planner then believes that there is next to nothing on all the others, however full they get.
      await engine.sql(`DELETE FROM ${table} WHERE ctid <> (SELECT max(ctid) FROM ${table})`);
      await engine.sql(`VACUUM ANALYZE ${table}`);
    }
  });

  it.each<[string, Statement]>([
    ['claim', claim],
    ['claim_restrained', claimRestrained],
  ])('%s walks what is pending in its order, and does not sort all of it', async (_name, statement) => {
    const plan = await genericPlan(statement);
    expect(plan).toMatch(/LockRows\n +->  Index Scan using live_pending/);
    expect(plan).not.toContain('Bitmap');
  });

  it.each<[string, Statement]>([
    ['finish', finish],
    ['retry', retry],
    ['report', report],
    ['append_logs', appendLogs],
    ['unclaim', unclaim],
  ])('%s looks up each of its runs', async (_name, statement) => {
    expect(await genericPlan(statement)).toMatch(
      /Index Scan using live_runs_pkey on live_runs l\n +Index Cond: \(id = ANY \(ARRAY\[r/,
    );
  });
});

// What becomes of executions: by workers, by clients that drive them, in races, and as our own API shows them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { refusal, startCloudifyApp, type CloudifyApp } from './cloudify-app.js';

let app: CloudifyApp;
beforeAll(async () => {
  app = await startCloudifyApp();
  await app.deploy('driven', { driver: 'client' });
  await app.deploy('shell', {
    workflows: {
      long: { operation: 'shell', args: ['sleep 60'] },
      short: { operation: 'shell', args: ['echo hello'] },
    },
  });
});
afterAll(() => app.close());

const act = (id: unknown, action: string) => app.ask('POST', `/executions/${String(id)}`, { action });
const patch = (id: unknown, status: string, error?: string | null) =>
  app.ask('PATCH', `/executions/${String(id)}`, { status, ...(error !== undefined && { error }) });
const status = async (id: unknown) => (await app.ask('GET', `/executions/${String(id)}`)).body['status'];
const native = async (id: unknown, path = '') =>
  (await app.call('GET', `/api/v2/executions/${String(id)}${path}`)).body;
/** A new execution that a client drives, pending, whatever else is under way. */
const driven = async (over = {}) => (await app.start('driven', 'install', { force: 'true', ...over })).body['id'];
/** No gate counts what is over. */
const gatesAreFree = async () =>
  expect(
    await app.sql(`SELECT g.* FROM gates g WHERE active <> (SELECT count(*) FROM live_runs l JOIN gates o ON o.id = l.gate_id
     WHERE (l.gate_id = g.id OR o.next_gate_id = g.id) AND l.state <> 'queued')`),
  ).toEqual([]);

describe('a run of a worker', () => {
  it('starts, prints and ends', async () => {
    const { body } = await app.start('shell', 'short');
    const ended = await app.reaches(body['id'], 'terminated');
    expect(ended['started_at']).not.toBeNull();
    expect(await native(body['id'])).toMatchObject({
      state: 'succeeded',
      jobClass: 'shell',
      jobName: 'short of shell',
    });
    const logs = (await native(body['id'], '/logs'))['items'];
    expect(JSON.stringify(logs)).toContain('hello');
  });

  it('is its worker’s to end: a client can only ask it to stop', async () => {
    const { body } = await app.start('shell', 'long');
    const id = body['id'];
    await app.reaches(id, 'started');
    for (const to of ['terminated', 'failed', 'pending', 'queued'])
      expect(refusal(await patch(id, to)).slice(0, 2)).toEqual([400, 'invalid_exception_status_update']);
    expect((await patch(id, 'started')).body['status']).toBe('started');
    expect((await act(id, 'resume')).body['status']).toBe('started');
    expect((await act(id, 'cancel')).body['status']).toBe('cancelling');
    const ended = await app.reaches(id, 'cancelled');
    expect(refusal(await act(id, 'cancel'))).toEqual([
      400,
      'illegal_action_error',
      expect.stringMatching(`${String(id)}.*cancelled`),
    ]);
    expect(ended['error']).not.toBe('');
    const resumed = (await act(id, 'resume')).body;
    expect([resumed['id'], resumed['error']]).toEqual([id, '']);
    expect(['pending', 'started']).toContain(resumed['status']);
    await app.reaches(id, 'started');
    expect(await native(id)).toMatchObject({ attempt: 2, finishedAt: null });
    expect((await act(id, 'kill')).body['status']).toBe('kill_cancelling');
    await app.reaches(id, 'cancelled');
    await gatesAreFree();
  });

  it('that nobody has taken ends at once, and is seen being stopped', async () => {
    const planned = await app.start('shell', 'short', { scheduled_time: '209901010000+0000' });
    expect(planned.body).toMatchObject({ status: 'scheduled', scheduled_for: '2099-01-01T00:00:00.000Z' });
    // It is in nobody's way until then.
    const { body } = await app.start('shell', 'short');
    await app.reaches(body['id'], 'terminated');
    expect((await act(planned.body['id'], 'force-cancel')).body['status']).toBe('cancelled');
  });

  it('that is dry is checked like any other, and not run', async () => {
    const { body } = await app.start('shell', 'long', { dry_run: 'true' });
    expect(body).toMatchObject({ status: 'terminated', is_dry_run: true, started_at: null });
    expect(await native(body['id'])).toMatchObject({ state: 'succeeded', reason: 'dry_run', attempt: 0 });
    expect((await app.ask('GET', '/executions?is_dry_run=true&_include=id')).body['items']).toEqual([
      { id: body['id'] },
    ]);
    await gatesAreFree();
  });
});

describe('a planned run', () => {
  it('stands in line when it is due, and takes its turn', async () => {
    await app.deploy('later', { driver: 'client' });
    const { body: planned } = await app.start('later', 'install', { scheduled_time: '209901010000+0000' });
    const { body: first } = await app.start('later', 'install');
    await app.sql(`UPDATE live_runs SET run_at = now() WHERE id = $1`, [planned['id']]);
    await app.sql(`SELECT pg_notify('carillon_delayed', '0')`);
    await app.reaches(planned['id'], 'queued');
    expect(JSON.stringify(await native(planned['id'], '/explain'))).toContain('held_by_group');
    await patch(first['id'], 'terminated');
    await app.reaches(planned['id'], 'pending');
    await patch(planned['id'], 'terminated');
    await gatesAreFree();
  });
});

describe('a run that a client drives', () => {
  it('is taken by no worker, explained, and shown by our own API', async () => {
    const id = await driven();
    expect(await native(id, '/explain')).toMatchObject({ reasons: [{ code: 'waits_for_client' }] });
    expect((await app.ask('GET', `/executions/${String(id)}/should-start`)).text).toBe('true');
    await patch(id, 'started');
    expect((await app.ask('GET', `/executions/${String(id)}/should-start`)).text).toBe('false');
    expect(await native(id, '/explain')).toMatchObject({
      reasons: [{ code: 'driven_by_client', facts: { drivenBy: 'anonymous' } }],
    });
    expect(await native(id)).toMatchObject({ state: 'running', agentId: null, attempt: 1 });
    const running = (await app.call('GET', '/api/v2/executions?state=running')).body['items'] as { id: string }[];
    expect(running.map((run) => run.id)).toContain(id);
    const { body } = await patch(id, 'terminated');
    expect([body['started_at'], body['ended_at']]).not.toContain(null);
    expect(await native(id)).toMatchObject({ state: 'succeeded' });
    const job = (await app.call('GET', `/api/v2/jobs/${String((await native(id))['jobId'])}`)).body;
    expect(job).toMatchObject({ driver: 'client', group: 'driven' });
  });

  // contract A3, the table of actions; A5
  it.each([
    ['pending', 'cancel', 'cancelling'],
    ['started', 'cancel', 'cancelling'],
    ['cancelling', 'cancel', null],
    ['force_cancelling', 'cancel', null],
    ['pending', 'force-cancel', 'force_cancelling'],
    ['cancelling', 'force-cancel', 'force_cancelling'],
    ['force_cancelling', 'force-cancel', null],
    ['pending', 'kill', 'kill_cancelling'],
    ['started', 'force-cancel', 'force_cancelling'],
    ['started', 'kill', 'kill_cancelling'],
    ['cancelling', 'kill', 'kill_cancelling'],
    ['force_cancelling', 'kill', 'kill_cancelling'],
    ['kill_cancelling', 'kill', null],
    ['terminated', 'kill', null],
    ['terminated', 'cancel', null],
    ['cancelled', 'force-cancel', null],
    ['kill_cancelling', 'cancel', null],
    ['kill_cancelling', 'force-cancel', null],
    ['failed', 'cancel', null],
  ])('%s, %s: %s', async (from, action, to) => {
    const id = await driven();
    if (from !== 'pending') await patch(id, from, 'before');
    const answer = await act(id, action);
    if (to === null) expect(refusal(answer)).toEqual([400, 'illegal_action_error', expect.stringContaining(from)]);
    else {
      expect([answer.status, answer.body['status'], answer.body['error']]).toEqual([200, to, '']);
      expect((await app.ask('GET', `/executions?status=${to}&id=${String(id)}`)).body['items']).toHaveLength(1);
      expect(refusal(await patch(id, 'started'))[0]).toBe(to === 'kill_cancelling' ? 200 : 400);
      expect((await patch(id, 'cancelled')).body['status']).toBe('cancelled');
    }
    expect(await status(id)).toBe(to === null ? from : 'cancelled');
  });

  it.each([
    ['pending', 'terminated', 200],
    ['started', 'pending', 200],
    ['started', 'cancelled', 200],
    ['pending', 'failed', 200],
    ['started', 'started', 200],
    ['started', 'queued', 400],
    ['cancelling', 'failed', 200],
    ['cancelling', 'terminated', 400],
    ['cancelling', 'force_cancelling', 400],
    ['force_cancelling', 'cancelling', 400],
    ['force_cancelling', 'cancelled', 200],
    ['kill_cancelling', 'terminated', 200],
    ['kill_cancelling', 'cancelling', 200],
    ['terminated', 'terminated', 200],
    ['terminated', 'failed', 400],
    ['cancelled', 'pending', 400],
  ])('goes from %s to %s: %i', async (from, to, code) => {
    const id = await driven();
    if (from !== 'pending') await patch(id, from);
    const answer = await patch(id, to, 'why');
    expect(answer.status).toBe(code);
    if (code === 200) expect(answer.body).toMatchObject({ status: to, error: 'why' });
    else
      expect(refusal(answer)).toEqual([
        400,
        'invalid_exception_status_update',
        expect.stringContaining(`from ${from} to ${to}`),
      ]);
    if (code === 200) expect((await patch(id, to, null)).body['error']).toBe('');
    expect(refusal(await patch(id, 'odd')).slice(0, 2)).toEqual([400, 'bad_parameters_error']);
    if (!['terminated', 'failed', 'cancelled'].includes(String(await status(id)))) await patch(id, 'cancelled');
  });

  it('is left alone by the rescuer, however long it is being stopped', async () => {
    const id = await driven();
    await act(id, 'force-cancel');
    await app.sql(`UPDATE live_runs SET stop_requested_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    const other = await app.start('shell', 'short');
    await app.reaches(other.body['id'], 'terminated');
    expect(await status(id)).toBe('force_cancelling');
    await patch(id, 'cancelled');
    await gatesAreFree();
  });

  it('resumes only what did not end well, and only into a free deployment', async () => {
    await app.deploy('resumed', { driver: 'client' });
    const start = async () => (await app.start('resumed', 'install')).body['id'];
    const id = await start();
    expect(refusal(await act(id, 'resume')).slice(0, 2)).toEqual([409, 'conflict_error']);
    await patch(id, 'started');
    expect(refusal(await act(id, 'force-resume')).slice(0, 2)).toEqual([409, 'conflict_error']);
    expect((await act(id, 'resume')).body['status']).toBe('pending');
    await patch(id, 'failed');
    const other = await start();
    expect(refusal(await act(id, 'force-resume'))[1]).toBe('existing_running_execution_error');
    await patch(other, 'terminated');
    expect(refusal(await act(other, 'resume')).slice(0, 2)).toEqual([409, 'conflict_error']);
    expect((await act(id, 'force-resume')).body).toMatchObject({ id, status: 'pending', ended_at: null });
    expect(refusal(await app.start('resumed', 'install'))[1]).toBe('existing_running_execution_error');
    await patch(id, 'terminated');
    expect(refusal(await act(id, 'odd'))[1]).toBe('bad_parameters_error');
    await gatesAreFree();
  });
});

describe('races', () => {
  it('of 50 starts on one deployment one wins, and 49 are refused', async () => {
    await app.deploy('raced', { driver: 'client' });
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.start('raced', 'install')));
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([201, ...Array<number>(49).fill(400)]);
    const codes = new Set(answers.filter((answer) => answer.status === 400).map((answer) => answer.body['error_code']));
    expect([...codes]).toEqual(['existing_running_execution_error']);
    expect(
      await app.sql(`SELECT 1 FROM executions e JOIN jobs j ON j.id = e.job_id WHERE j.name = 'install of raced'`),
    ).toHaveLength(1);
  });

  it('of 50 queued starts run one after the other, in order', async () => {
    await app.deploy('lined-up', { workflows: { install: { operation: 'noop' } } });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => app.start('lined-up', 'install', { queue: 'true' })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    const ids = answers.map((answer) => String(answer.body['id']));
    await until(
      'all have ended',
      async () => (await app.sql('SELECT 1 FROM live_runs WHERE id = ANY ($1)', [ids])).length === 0,
      30_000,
    );
    const rows = await app.sql<{ id: string; started_at: Date; finished_at: Date }>(
      `SELECT id, started_at, finished_at FROM executions WHERE id = ANY ($1) ORDER BY number`,
      [ids],
    );
    expect(rows).toHaveLength(50);
    for (const [i, row] of rows.slice(1).entries()) expect(row.started_at >= (rows[i]?.finished_at ?? 0)).toBe(true);
    await gatesAreFree();
  });

  it('of 50 queued starts that clients drive the oldest is the one that may begin', async () => {
    await app.deploy('orderly', { driver: 'client' });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => app.start('orderly', i % 2 ? 'install' : 'uninstall', { queue: true })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    const ids = await app.sql<{ id: string }>('SELECT id FROM executions WHERE id = ANY ($1) ORDER BY number', [
      answers.map((answer) => answer.body['id']),
    ]);
    for (const [i, { id }] of ids.entries()) {
      const path = '/executions?deployment_id=orderly&_include=id&status=';
      const [pending, queued] = await Promise.all([
        app.ask('GET', `${path}pending`),
        app.ask('GET', `${path}queued&_size=0`),
      ]);
      expect(pending.body['items']).toEqual([{ id }]);
      expect(queued.body).toMatchObject({ metadata: { pagination: { total: ids.length - i - 1 } } });
      await patch(id, 'terminated');
    }
    await gatesAreFree();
  });

  it('between two ends of one run have one winner', async () => {
    for (let i = 0; i < 10; i++) {
      const id = await driven();
      const answers = await Promise.all([patch(id, 'terminated'), patch(id, 'failed', 'x')]);
      expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([200, 400]);
    }
    await gatesAreFree();
  });
});

describe('lists', () => {
  it('are walked page by page to their end, each row once, while rows are added', async () => {
    await app.deploy('walked', { driver: 'client' });
    const first: unknown[] = [];
    for (let i = 0; i < 12; i++) first.push((await app.start('walked', 'install', { force: true })).body['id']);
    const seen: string[] = [];
    for (let offset = 0; ; offset += 5) {
      const page = await app.ask('GET', `/executions?deployment_id=walked&_include=id&_size=5&_offset=${offset}`);
      const items = page.body['items'] as { id: string }[];
      if (items.length === 0) break;
      seen.push(...items.map(({ id }) => id));
      if (offset < 20) await app.start('walked', 'install', { force: true });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 12)).toEqual(first);
    expect(seen.length).toBeGreaterThan(12);
    const { body } = await app.ask('GET', '/executions?deployment_id=walked&_include=id&_offset=1000');
    expect(body).toMatchObject({ items: [], metadata: { pagination: { offset: 1000, size: 0 } } });
    expect((await app.ask('GET', '/executions?deployment_id=walked&_size=0')).body).toMatchObject({
      items: [],
      metadata: { pagination: { size: 0 } },
    });
  });

  it('go by every field, and filter by every field', async () => {
    const id = await driven();
    const { body: one } = await app.ask('GET', `/executions/${String(id)}`);
    for (const field of Object.keys(one)) {
      const value = typeof one[field] === 'string' ? one[field] : JSON.stringify(one[field]);
      const path = `/executions?id=${String(id)}&_sort=-${field}&_include_system_workflows=True`;
      const plain = await app.ask('GET', path);
      expect([field, plain.status, (plain.body['items'] as unknown[]).length]).toEqual([field, 200, 1]);
      if (one[field] === null) continue;
      const filtered = await app.ask('GET', `${path}&${field}=${encodeURIComponent(value)}`);
      expect([field, (filtered.body['items'] as unknown[]).length]).toEqual([field, 1]);
      const other = field === 'id' ? '0'.repeat(32) : 'something else';
      const none = await app.ask('GET', `/executions?${field}=${other}&_include_system_workflows=True`);
      expect([field, none.status, none.body['items']]).toEqual([field, 200, []]);
    }
  });

  it('are ordered as they are asked for', async () => {
    const items = async (query: string) =>
      (await app.ask('GET', `/executions?_include=status,deployment_id,created_at&${query}`)).body['items'] as Record<
        string,
        string
      >[];
    const rows = await items('_sort=deployment_id&_sort=-created_at');
    const sorted = [...rows].sort((a, b) =>
      a['deployment_id'] === b['deployment_id']
        ? (b['created_at'] ?? '').localeCompare(a['created_at'] ?? '')
        : (a['deployment_id'] ?? '') < (b['deployment_id'] ?? '')
          ? -1
          : 1,
    );
    expect(rows).toEqual(sorted);
    const statuses = (await items('_sort=%2Bstatus')).map((row) => row['status']);
    expect(statuses).toEqual([...statuses].sort((a = '', b = '') => (a < b ? -1 : 1)));
    expect((await items('_sort=+status')).map((row) => row['status'])).toEqual(statuses);
    const some = await items('status=failed&status=terminated');
    expect(new Set(some.map((row) => row['status']))).toEqual(new Set(['failed', 'terminated']));
    expect((await items('status_display=completed')).every((row) => row['status'] === 'terminated')).toBe(true);
  });
});

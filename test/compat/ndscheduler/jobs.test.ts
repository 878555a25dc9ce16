// Jobs of ndscheduler's API beside the native one, hostile input, and what a web page written against it does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeApp } from '../../http/native-app.js';
import { aJob, ask, startWorkingApp, type WireAnswer } from './wire.js';

const PAGE = 'https://pages.example';

let native: NativeApp;
beforeAll(async () => {
  native = await startWorkingApp({ env: { CORS_ORIGINS: PAGE } });
});
afterAll(() => native.close());

const nds = (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<WireAnswer> =>
  ask(native.url, method, `/api/v1${path}`, { body, ...(headers && { headers }) });
const v2 = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> =>
  (await native.call(method, `/api/v2${path}`, body === undefined ? {} : { body })).body;
const shown = async (id: string): Promise<Record<string, unknown>> =>
  (await nds('GET', `/jobs/${id}`)).body as Record<string, unknown>;
const NONE = { month: '', day: '', week: '', day_of_week: '', hour: '', minute: '' };

describe('together with /api/v2', () => {
  it('a job made here is a job there, with APScheduler’s rules', async () => {
    const id = await aJob(native, { hour: 3, month: null, color: 'red', week: 5 });
    expect(await v2('GET', `/jobs/${id}`)).toMatchObject({
      jobClass: 'noop',
      parameters: { color: 'red', week: 5 },
      overlapPolicy: 'skip',
      maxConcurrency: 3,
      triggers: [
        {
          kind: 'cron',
          timeZone: 'UTC',
          misfirePolicy: 'fire_once',
          misfireGraceSeconds: 0,
          catchUpWindowSeconds: 3600,
        },
      ],
    });
    await v2('POST', `/jobs/${id}/pause`);
    expect(await shown(id)).toMatchObject({ next_run_time: '', hour: '3', minute: '0' });
    await nds('OPTIONS', `/jobs/${id}`);
    expect(await v2('GET', `/jobs/${id}`)).toMatchObject({ paused: false });
  });

  it('a PUT changes only the trigger that the fields tell', async () => {
    const id = await aJob(native, { minute: '*/5' });
    await v2('POST', `/jobs/${id}/triggers`, { kind: 'interval', everySeconds: 90, name: 'other' });
    await v2('POST', `/jobs/${id}/triggers`, { kind: 'cron', expression: '0 4 * * *', name: 'expression' });
    await nds('PUT', `/jobs/${id}`, { name: 'new', job_class_string: 'noop', minute: '*/7' });
    const { triggers } = (await v2('GET', `/jobs/${id}`)) as { triggers: Record<string, unknown>[] };
    expect(
      triggers.map(
        ({ fields, everySeconds, expression }) =>
          (fields as { minute?: string } | null)?.minute ?? everySeconds ?? expression,
      ),
    ).toEqual(['*/7', 90, '0 4 * * *']);
  });

  it('a PUT on a job without such a trigger adds one, in its zone otherwise', async () => {
    const job = await v2('POST', '/jobs', {
      name: 'plain',
      jobClass: 'noop',
      triggers: [{ kind: 'interval', everySeconds: 3600 }],
    });
    const id = String(job['id']);
    expect(await shown(id)).toMatchObject({ ...NONE, job_id: id.replaceAll('-', '') });
    await nds('PUT', `/jobs/${id}`, { name: 'plain', job_class_string: 'noop', hour: '1' });
    expect(await shown(id)).toMatchObject({ hour: '1', minute: '0' });
    const told = await v2('POST', '/jobs', {
      name: 'told',
      jobClass: 'noop',
      triggers: [{ kind: 'cron', expression: '30 6 * * mon-fri', timeZone: 'Europe/Berlin' }],
    });
    expect(await shown(String(told['id']))).toMatchObject({ hour: '6', minute: '30', day_of_week: 'mon-fri' });
    await nds('PUT', `/jobs/${String(told['id'])}`, { name: 'told', job_class_string: 'noop', hour: '7' });
    expect(await v2('GET', `/jobs/${String(told['id'])}`)).toMatchObject({
      triggers: [{ timeZone: 'Europe/Berlin', fields: { hour: '7' } }],
    });
  });

  it('a PUT that cannot be kept changes nothing at all', async () => {
    const id = await aJob(native, { name: 'before', minute: '*/5' });
    const answer = await nds('PUT', `/jobs/${id}`, {
      name: 'after',
      job_class_string: 'noop',
      month: 'feb',
      day: '30',
    });
    expect(answer.status).toBe(400);
    expect(await shown(id)).toMatchObject({ name: 'before', minute: '*/5' });
  });

  it('changes made there are in the log here', async () => {
    const id = await aJob(native, { name: 'logged', minute: '*/5' });
    await v2('PATCH', `/jobs/${id}`, { priority: 7 });
    await v2('POST', `/jobs/${id}/triggers`, { kind: 'interval', everySeconds: 90 });
    await v2('POST', `/jobs/${id}/run`, {});
    const { logs } = (await nds('GET', '/logs')).body as {
      logs: { job_id: string; event: string; description: string }[];
    };
    expect(logs.filter((log) => log.job_id === id).map(({ event }) => event)).toEqual([
      'custom_run',
      'modified',
      'modified',
      'added',
    ]);
    expect(logs.find(({ description }) => description.includes('priority'))?.description).toBe(
      '<b>priority</b>: <font color="red">0</font> => <font color="green">7</font><br>',
    );
  });

  it('the list is in the order of the next runs, what is paused last', async () => {
    await aJob(native, { name: 'soon', minute: '*/1' });
    const paused = await aJob(native, { name: 'paused', minute: '*/1' });
    await nds('PATCH', `/jobs/${paused}`);
    const { jobs } = (await nds('GET', '/jobs')).body as { jobs: { name: string; next_run_time: string }[] };
    const times = jobs.map(({ next_run_time: at }) => at || '~');
    expect(times).toEqual([...times].sort());
    expect(jobs.at(-1)?.name).toBe('paused');
  });
});

describe('hostile input', () => {
  const GOOD = { name: 'x', job_class_string: 'a.b', minute: '1' };
  const VALUES: unknown[] = [
    0,
    -1,
    1e300,
    true,
    [],
    {},
    '',
    ' ',
    '\u0000',
    '\ud800',
    'x'.repeat(5000),
    ['*'],
    { a: 1 },
    "'; DROP TABLE jobs; --",
  ];

  it.each(['name', 'job_class_string', 'minute', 'hour', 'day', 'month', 'day_of_week', 'pub_args', '__proto__'])(
    '%s takes what it can, refuses the rest with 400, and stores nothing then',
    async (field) => {
      for (const value of VALUES) {
        const [{ n: before } = { n: 0 }] = await native.sql<{ n: number }>('SELECT count(*)::int AS n FROM jobs');
        const body = `{${[...Object.entries(GOOD).filter(([key]) => key !== field), [field, value]]
          .map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`)
          .join(',')}}`;
        const answer = await ask(native.url, 'POST', '/api/v1/jobs', {
          body,
          headers: { 'content-type': 'application/json' },
        });
        const [{ n: after } = { n: 0 }] = await native.sql<{ n: number }>('SELECT count(*)::int AS n FROM jobs');
        expect([201, 400]).toContain(answer.status);
        expect(after - before).toBe(answer.status === 201 ? 1 : 0);
        if (answer.status === 400) expect(answer.body).toEqual({ error: expect.any(String) as string });
      }
    },
  );

  it.each(['', '[', 'null', '"x"', '\u0000', '{"name":1e999}', '['.repeat(200) + ']'.repeat(200)])(
    'the body %j is refused',
    async (body) => {
      const answer = await ask(native.url, 'POST', '/api/v1/jobs', {
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect([answer.status, Object.keys(answer.body as object)]).toEqual([400, ['error']]);
    },
  );

  it.each(['%zz', '%00', '%2e%2e', 'x'.repeat(600), '..%2f..', "'--", '%F0%9F%98%80', 'a%2Fb'])(
    'the id %s is unknown',
    async (id) => {
      for (const [method, path] of [
        ['GET', 'jobs'],
        ['PATCH', 'jobs'],
        ['OPTIONS', 'jobs'],
        ['DELETE', 'jobs'],
        ['GET', 'executions'],
        ['POST', 'executions'],
      ] as const) {
        const answer = await nds(method, `/${path}/${id}`);
        expect([method, path, answer.status, Object.keys(answer.body as object)]).toEqual([
          method,
          path,
          400,
          ['error'],
        ]);
      }
    },
  );

  it.each([
    '0',
    '1e9',
    '99999999999999999999-01-01',
    '2015-13-01',
    '0000-01-01T00:00:00Z',
    "' OR 1=1",
    '%00',
    '-infinity',
  ])('the time %s is refused', async (time) => {
    expect((await nds('GET', `/executions?time_range_start=${encodeURIComponent(time)}`)).status).toBe(400);
    expect((await nds('GET', `/logs?time_range_end=${encodeURIComponent(time)}`)).status).toBe(400);
  });

  it('a preflight never resumes, an OPTIONS of a page does', async () => {
    const id = await aJob(native, { minute: '*/5' });
    await nds('PATCH', `/jobs/${id}`);
    for (const origin of [PAGE, 'https://other.example', native.url]) {
      await nds('OPTIONS', `/jobs/${id}`, undefined, { origin, 'access-control-request-method': 'OPTIONS' });
      expect(await shown(id)).toMatchObject({ next_run_time: '' });
    }
    const answer = await nds('OPTIONS', `/jobs/${id}`, undefined, { origin: PAGE });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, PAGE]);
    expect((await shown(id))['next_run_time']).not.toBe('');
  });
});

it('a web page can live on it: list, add, edit, pause, run, history, resume, log, delete', async () => {
  const page: string[] = [];
  const rows = async <T>(path: string, of: string): Promise<T[]> =>
    ((await nds('GET', path)).body as Record<string, T[]>)[of] ?? [];
  const draw = async (): Promise<void> => {
    const jobs = await rows<{ job_id: string; name: string; next_run_time: string; minute: string }>('/jobs', 'jobs');
    const mine = jobs.find(({ name }) => name.startsWith('page'));
    page.push(
      mine === undefined ? 'no job' : `${mine.name} at ${mine.minute}${mine.next_run_time === '' ? ', paused' : ''}`,
    );
  };
  await draw();
  const { job_id: id } = (
    await nds('POST', '/jobs', {
      name: 'page',
      job_class_string: 'simple_scheduler.jobs.sample_job.AwesomeJob',
      pub_args: [1, 2],
      minute: '*/30',
    })
  ).body as { job_id: string };
  await draw();
  const refused = await nds('PUT', `/jobs/${id}`, { name: 'page 2', job_class_string: 'noop', minute: '*/61' });
  page.push(refused.reason.slice(0, 52));
  await nds('PUT', `/jobs/${id}`, {
    name: 'page 2',
    job_class_string: 'simple_scheduler.jobs.sample_job.AwesomeJob',
    minute: '*/20',
  });
  await nds('PATCH', `/jobs/${id}`);
  await draw();
  await nds('POST', `/executions/${id}`);
  const history = await rows<{ job?: { job_id: string; name: string }; state: string; result: string }>(
    '/executions',
    'executions',
  );
  const run = history.find(({ job }) => job?.job_id === id);
  page.push(`${run?.job?.name ?? 'Unknown Job'}: ${run?.state ?? ''} ${run?.result.replaceAll(/\s/g, '') ?? ''}`);
  await nds('OPTIONS', `/jobs/${id}`);
  await draw();
  await nds('DELETE', `/jobs/${id}`);
  await draw();
  const log = await rows<{ job_id: string; event: string }>('/logs', 'logs');
  page.push(
    log
      .filter(({ job_id: of }) => of === id)
      .map(({ event }) => event)
      .reverse()
      .join(' '),
  );
  expect(page).toEqual([
    'no job',
    'page at */30',
    'Unrecognized expression "*/61" for field "minute": s',
    'page 2 at */20, paused',
    'page 2: succeeded [1,2]',
    'page 2 at */20',
    'no job',
    'added modified paused custom_run resumed deleted',
  ]);
});

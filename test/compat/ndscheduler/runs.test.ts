// Runs by hand block until their end, on whichever replica, and scheduled ones keep APScheduler's rules.
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.setup.js';
import { parseConfig } from '../../../src/config/config.js';
import { RunEnds } from '../../../src/executions/run-ends.service.js';
import { installation } from '../../../src/observability/installation.js';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { until } from '../../support/until.js';
import { aJob, ask, startWorkingApp, type WireAnswer } from './wire.js';

/** Where an application has its database. */
const databaseOf = ({ app }: NativeApp): { url: string } => app.get(DataSource).options as { url: string };

const SHELL = 'simple_scheduler.jobs.shell_job.ShellJob';
const sleeper = (seconds: number) => ({ job_class_string: SHELL, pub_args: ['sleep', String(seconds)] });

let native: NativeApp;
beforeAll(async () => {
  native = await startWorkingApp();
});
afterAll(() => native.close());

const run = (jobId: string, signal?: AbortSignal): Promise<WireAnswer> =>
  ask(native.url, 'POST', `/api/v1/executions/${jobId}`, signal && { signal });
const executionOf = async (answer: WireAnswer): Promise<Record<string, unknown>> => {
  const { execution_id: id } = answer.body as { execution_id: string };
  return (await ask(native.url, 'GET', `/api/v1/executions/${id}`)).body as Record<string, unknown>;
};
const stateOf = async (jobId: string): Promise<string | undefined> => {
  const rows = await native.sql<{ state: string }>(
    `SELECT coalesce(e.state, l.state) AS state FROM executions e LEFT JOIN live_runs l ON l.id = e.id
      WHERE replace(e.job_id::text, '-', '') = $1 ORDER BY e.number DESC LIMIT 1`,
    [jobId],
  );
  return rows[0]?.state;
};

describe('run now', () => {
  it('answers at the end of the run, and is not cut off by the limit for idle connections', async () => {
    const server = native.app.getHttpServer();
    const limitMs = server.timeout;
    const job = await aJob(native, sleeper(2));
    server.timeout = 1_000;
    try {
      const beganMs = performance.now();
      const answer = await run(job);
      expect(performance.now() - beganMs).toBeGreaterThan(1_950);
      expect(await executionOf(answer)).toMatchObject({ state: 'succeeded', result: '{\n    "returncode": 0\n}' });
    } finally {
      server.timeout = limitMs;
    }
  });

  it('holds neither a connection nor a slot: a hundred at once are fine', async () => {
    const jobs = await Promise.all(
      Array.from({ length: 34 }, () => aJob(native, { job_class_string: SHELL, pub_args: ['true'] })),
    );
    const answers = await Promise.all(
      jobs
        .flatMap((job) => [job, job, job])
        .slice(0, 100)
        .map((job) => run(job)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(native.app.get(RunEnds).size).toBe(0);
  });

  it('goes on when the client hangs up, and is logged at its end', async () => {
    const job = await aJob(native, sleeper(1));
    const hangUp = new AbortController();
    const asked = run(job, hangUp.signal).catch((error: unknown) => error);
    await until('it runs', async () => (await stateOf(job)) === 'running');
    hangUp.abort();
    expect(await asked).toMatchObject({ name: 'AbortError' });
    await until('it has ended', async () => (await stateOf(job)) === 'succeeded');
    const log = await until('it is logged', async () => {
      const { logs } = (await ask(native.url, 'GET', '/api/v1/logs')).body as { logs: Record<string, unknown>[] };
      return logs.find(({ job_id: id, event }) => id === job && event === 'custom_run');
    });
    expect(log['description']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('hears of an end that was told while nobody listened', async () => {
    const job = await aJob(native, sleeper(1));
    const asked = run(job);
    await until('it runs', async () => (await stateOf(job)) === 'running');
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'carillon-listen' AND datname = current_database()`;
    // Again and again, until the run is over.
    await until('it has ended', async () => {
      await native.sql(cut);
      return (await stateOf(job)) === 'succeeded';
    });
    expect((await asked).status).toBe(200);
  });

  it('works when another replica runs the job', async () => {
    const asking = await startNativeApp();
    const { url } = databaseOf(asking);
    const config = parseConfig(
      { ROLES: 'worker', PORT: '0', DEMO: 'false', DATA_DIR: await temporaryFolder('worker') },
      installation().root,
    );
    const worker = await createApp(config, { url, directUrl: url, poolSize: 2 });
    await worker.init();
    try {
      const answer = await ask(asking.url, 'POST', `/api/v1/executions/${await aJob(asking, sleeper(1))}`);
      expect(answer).toMatchObject({
        status: 200,
        body: { execution_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
      });
    } finally {
      await worker.close();
      await asking.close();
    }
  });

  it('answers null for a class that cannot be loaded', async () => {
    const job = await aJob(native, { job_class_string: 'hello.world' });
    const answer = await run(job);
    expect(answer).toMatchObject({ status: 200, body: { execution_id: null } });
    const list = (await ask(native.url, 'GET', '/api/v1/executions')).body as { executions: Record<string, unknown>[] };
    const row = list.executions.find((e) => (e['job'] as { job_id: string } | undefined)?.job_id === job);
    expect(row).toMatchObject({ state: 'scheduled error', hostname: null, pid: null, description: '' });
  });

  it('runs at most three at once', async () => {
    const job = await aJob(native, sleeper(2));
    const three = [run(job), run(job), run(job)];
    await until('three run', async () => {
      const [row] = await native.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM live_runs WHERE replace(job_id::text, '-', '') = $1 AND state = 'running'`,
        [job],
      );
      return row?.n === 3;
    });
    const fourth = await run(job);
    expect(fourth).toMatchObject({
      status: 400,
      reason: 'Maximum number of running instances reached: job was not run',
    });
    expect((await Promise.all(three)).map(({ status }) => status)).toEqual([200, 200, 200]);
    const list = (await ask(native.url, 'GET', '/api/v1/executions')).body as {
      executions: { job?: { job_id: string } }[];
    };
    expect(list.executions.filter((e) => e.job?.job_id === job)).toHaveLength(3);
  });

  it('answers when the server stops, whatever becomes of the run', async () => {
    const other = await startWorkingApp({ env: { SHUTDOWN_GRACE_SECONDS: '0' } });
    const job = await aJob(other, sleeper(60));
    const asked = ask(other.url, 'POST', `/api/v1/executions/${job}`);
    await until('it waits', () => other.app.get(RunEnds).size === 1);
    await other.close();
    expect(await asked).toMatchObject({ status: 503 });
  });
});

describe('the sample classes', () => {
  it.each<[string, unknown[], Record<string, unknown>]>([
    [
      'sample_job.AwesomeJob',
      ['a', { b: 1 }],
      { state: 'succeeded', result: '[\n    "a",\n    {\n        "b": 1\n    }\n]' },
    ],
    [
      'sample_job.AwesomeJob',
      ['a'],
      { state: 'failed', result: "TypeError: run() missing 1 required positional argument: 'argument2'" },
    ],
    ['shell_job.ShellJob', ['sh', '-c', 'exit 3'], { state: 'failed', result: '{\n    "returncode": 3\n}' }],
    ['shell_job.ShellJob', ['no-such-program'], { state: 'failed', pid: null }],
    ['shell_job.ShellJob', [], { state: 'failed' }],
    [
      'slack_job.SlackJob',
      ['#c', 'n', ':i:', 'm'],
      { state: 'failed', result: 'KeyError: the setting SLACK_WEBHOOK_URL is not set, so no message can be sent.' },
    ],
    ['apns_job.APNSJob', ['token', 'alert'], { state: 'failed' }],
  ])('%s %j', async (name, args, expected) => {
    const job = await aJob(native, { job_class_string: `simple_scheduler.jobs.${name}`, pub_args: args });
    expect(await executionOf(await run(job))).toMatchObject(expected);
  });

  it('CurlJob answers the text, whatever the status', async () => {
    const job_class_string = 'simple_scheduler.jobs.curl_job.CurlJob';
    const job = await aJob(native, { job_class_string, pub_args: [`${native.url}/api/v1/jobs/x`, 'GET'] });
    const { result } = await executionOf(await run(job));
    expect(JSON.parse(String(result))).toBe('{"error":"Job not found: x"}');
  });

  it('SlackJob posts to the webhook of the setting, which no output shows', async () => {
    const other = await startWorkingApp({ env: { SLACK_WEBHOOK_URL: `${native.url}/api/v1/jobs` } });
    const job_class_string = 'simple_scheduler.jobs.slack_job.SlackJob';
    const job = await aJob(other, { job_class_string, pub_args: ['#c', 'n', ':i:', 'm'] });
    const answer = await ask(other.url, 'POST', `/api/v1/executions/${job}`);
    const [row] = await other.sql<{ error: { message: string }; text: string }>(
      `SELECT e.error, (SELECT string_agg(text, '') FROM execution_logs l WHERE l.execution_id = e.id) AS text FROM executions e`,
    );
    await other.close();
    expect(answer.status).toBe(200);
    expect(row?.error.message).toBe('The server answered 400, expected was 200-299.');
    expect(row?.text).toContain('POST the configured address: 400 Require this parameter: name');
    expect(row?.text).not.toContain('127.0.0.1');
  });

  it('keyword arguments come from the other fields of the job', async () => {
    const job = await aJob(native, {
      job_class_string: 'simple_scheduler.jobs.sample_job.AwesomeJob',
      pub_args: [1],
      argument2: 2.5,
    });
    expect(await executionOf(await run(job))).toMatchObject({ result: '[\n    1,\n    2.5\n]' });
  });
});

it('a schedule fires by itself', async () => {
  const job = await aJob(native, { month: null, minute: '*/1' });
  await native.sql(
    `UPDATE triggers SET next_fire_at = date_trunc('minute', now()) - interval '5 minutes', version = version + 1 WHERE replace(job_id::text, '-', '') = $1`,
    [job],
  );
  await native.sql(`SELECT pg_notify('carillon_triggers', '')`);
  await until('it ran', async () => {
    const done = `SELECT 1 FROM executions WHERE replace(job_id::text, '-', '') = $1 AND state = 'succeeded'`;
    return (await native.sql(done, [job])).length > 0;
  });
  const states = await native.sql<{ state: string; n: number }>(
    `SELECT state, count(*)::int AS n FROM executions WHERE replace(job_id::text, '-', '') = $1 GROUP BY 1 ORDER BY 1`,
    [job],
  );
  // Several missed instants are one run; what it stands for is in our history but not in theirs.
  expect(states.map(({ state }) => state)).toEqual(['missed', 'succeeded']);
  const shown = (await ask(native.url, 'GET', '/api/v1/executions')).body as {
    executions: { job?: { job_id: string } }[];
  };
  expect(shown.executions.filter((e) => e.job?.job_id === job)).toHaveLength(states[1]!.n);
});

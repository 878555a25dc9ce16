import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeBundle } from '../../src/runners/bundle-store.js';
import { environmentValue, listProcesses, startTicks } from '../../src/runners/executor/process-table.js';
import { reapOrphans } from '../../src/runners/reap-orphans.js';
import { RecordedRun } from './support/recorded-run.js';
import { RunnersFixture } from './support/runners-fixture.js';
import { until } from '../support/until.js';

let fixture: RunnersFixture;
beforeEach(async () => {
  fixture = await RunnersFixture.create();
});
afterEach(() => fixture.close());

const shell = (command: string, given: Partial<Parameters<typeof RecordedRun.start>[1]> = {}): RecordedRun =>
  RecordedRun.start(fixture.registry, { jobClass: 'shell', args: [command], ...given });

/** A shell that ignores SIGTERM, with a child and one process that left its group. */
const TREE =
  'trap "" TERM; setsid sh -c "trap \\"\\" TERM; echo escaped; while :; do sleep 0.1; done" & sleep 300 & while :; do sleep 0.1; done';

describe('when the executor is killed', () => {
  it('its runs end as lost without leaving a process, and the next run gets a new executor', async () => {
    const run = shell(TREE);
    await run.says('escaped');
    const lost = await executorOf(run);
    process.kill(lost, 'SIGKILL');
    expect(await run.done).toMatchObject({ status: 'failed', error: { type: 'executor_lost' } });
    await until('all processes of the lost executor are gone', async () => (await fixture.processes()).length === 0);
    const next = shell('echo again; cat /dev/null');
    expect(await next.done).toMatchObject({ status: 'succeeded' });
  });

  it('runs of user classes end as lost too', async () => {
    await fixture.write('loop.js', `export const job = (context) => { context.log('ready'); for (;;); };`);
    const run = RecordedRun.start(fixture.registry, { jobClass: 'loop.job' });
    await run.says('ready');
    process.kill(await executorOf(run), 'SIGKILL');
    expect(await run.done).toMatchObject({ status: 'failed', error: { type: 'executor_lost' } });
    await until('the user class is gone', async () => (await fixture.processes()).length === 0);
  });
});

describe('closing the registry', () => {
  it('ends all runs and processes, and more than once is fine', async () => {
    const run = shell(TREE);
    await run.says('escaped');
    await fixture.registry.close();
    expect(await run.done).toMatchObject({ status: 'failed', error: { type: 'executor_lost' } });
    expect(await fixture.processes()).toEqual([]);
  });
});

describe('signals of a terminal or an init system', () => {
  it('do not end the executor, since the server drains first', async () => {
    const run = shell('echo ready; while [ ! -e "$GO" ]; do sleep 0.05; done; echo finished', {
      parameters: { env: { GO: join(fixture.folder, 'go') } },
    });
    await run.says('ready');
    const executor = await executorOf(run);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(executor, signal);
    await fixture.write('../go', '');
    expect(await run.done).toMatchObject({ status: 'succeeded' });
  });
});

describe('when the server is killed', () => {
  let folder: string;
  let server: ChildProcess;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runners-server-'));
  });
  afterEach(async () => {
    server.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts a process of its own with a registry that runs TREE, and resolves with the pid of the run. */
  async function startServer(): Promise<number> {
    const entry = fileURLToPath(new URL('./support/server-process.ts', import.meta.url));
    const bundle = await storeBundle(entry, folder, { external: ['esbuild'] });
    const executorEntry = fileURLToPath(new URL('../../src/runners/executor/executor-main.ts', import.meta.url));
    const { file } = await storeBundle(executorEntry, folder);
    const { environment } = fixture.settings;
    server = fork(bundle.file, [JSON.stringify({ executorEntry: file, environment, command: TREE })], {
      stdio: 'ignore',
    });
    return new Promise((resolve, reject) => {
      server.on('message', (pid) => resolve(Number(pid)));
      server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
  }

  it('its executor kills every process that it started, and ends', async () => {
    const pid = await startServer();
    expect((await fixture.processes()).length).toBeGreaterThan(4);
    server.kill('SIGKILL');
    await until('the executor and its runs are gone', async () => (await fixture.processes()).length === 0);
    expect(startTicks(pid)).toBeNull();
  });

  it('together with its executor, the next server finds and kills what is left, and nothing of a living server', async () => {
    const living = shell('echo ready; while :; do sleep 0.1; done');
    await living.says('ready');
    const pid = await startServer();
    const executor = Number(environmentValue(pid, 'CARILLON_EXECUTOR')?.split(':')[0]);
    server.kill('SIGSTOP'); // so that it cannot notice the end of its executor
    process.kill(executor, 'SIGKILL');
    server.kill('SIGKILL');
    await until('the executor is gone', () => startTicks(executor) === null);
    expect(environmentValue(pid, 'CARILLON_EXECUTOR')).not.toBeNull();
    expect(await reapOrphans()).toBeGreaterThanOrEqual(3);
    expect(environmentValue(pid, 'CARILLON_EXECUTOR')).toBeNull();
    expect(startTicks(living.startedWith?.pid ?? 0)).not.toBeNull();
    living.handle.forceCancel();
    expect(await living.done).toMatchObject({ status: 'cancelled' });
  });
});

describe('reaping orphans', () => {
  it('leaves processes alone that carry no mark of an executor', async () => {
    const bystander = spawn('sleep', ['300'], { stdio: 'ignore' });
    try {
      await reapOrphans();
      expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    } finally {
      bystander.kill('SIGKILL');
    }
  });
});

async function executorOf(run: RecordedRun): Promise<number> {
  const mark = environmentValue(run.startedWith?.pid ?? 0, 'CARILLON_EXECUTOR');
  const pid = Number(mark?.split(':')[0]);
  expect((await listProcesses()).map((entry) => entry.pid)).toContain(pid);
  return pid;
}

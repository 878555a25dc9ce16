import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordedRun } from './support/recorded-run.js';
import { RunnersFixture } from './support/runners-fixture.js';
import { until } from '../support/until.js';

let fixture: RunnersFixture;
beforeAll(async () => {
  process.env['SERVER_SECRET'] = 'never seen by a job';
  fixture = await RunnersFixture.create({ environment: { ALLOWED: 'yes' } });
});
afterAll(async () => {
  delete process.env['SERVER_SECRET'];
  await fixture.close();
});

const shell = (args: unknown[], given: Partial<Parameters<typeof RecordedRun.start>[1]> = {}): RecordedRun =>
  RecordedRun.start(fixture.registry, { jobClass: 'shell', args, ...given });

describe('a shell run', () => {
  it('runs one argument as a command line and keeps its output by stream', async () => {
    const run = shell(['echo out; echo err >&2']);
    expect(await run.done).toMatchObject({ status: 'succeeded', result: { exitCode: 0 }, error: null, exitCode: 0 });
    expect(run.text('stdout')).toBe('out\n');
    expect(run.text('stderr')).toBe('err\n');
    expect(run.startedWith?.pid).toBeGreaterThan(1);
  });

  it('runs several arguments as a program without a shell', async () => {
    const run = shell(['printf', '%s|', '$HOME; echo', '*']);
    expect(await run.done).toMatchObject({ status: 'succeeded' });
    expect(run.text('stdout')).toBe('$HOME; echo|*|');
  });

  it('keeps the order in which output arrives', async () => {
    const run = shell(['i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done']);
    await run.done;
    expect(run.text('stdout')).toBe(Array.from({ length: 300 }, (_, i) => `line ${i}\n`).join(''));
  });

  it('fails with the exit code of the program', async () => {
    const run = shell(['exit 3']);
    expect(await run.done).toMatchObject({
      status: 'failed',
      result: { exitCode: 3 },
      exitCode: 3,
      error: { type: 'exit_code', message: 'The program ended with exit code 3.' },
    });
  });

  it('fails with the signal when somebody else kills the program', async () => {
    const run = shell(['kill -SEGV $$']);
    expect(await run.done).toMatchObject({ status: 'failed', exitCode: null, error: { type: 'signal' } });
  });

  it('names a missing program, a missing folder and bad arguments', async () => {
    expect((await shell(['no-such-program', 'x']).done).error).toEqual({
      type: 'spawn_failed',
      message: 'There is no program "no-such-program" (looked for on the PATH of the job).',
    });
    expect((await shell(['pwd'], { parameters: { cwd: '/no/such' } }).done).error).toEqual({
      type: 'invalid_arguments',
      message: 'The working folder /no/such is not a folder.',
    });
    expect((await shell([]).done).error?.type).toBe('invalid_arguments');
  });

  it('passes folder, input and variables', async () => {
    const run = shell(['pwd; cat; echo "$GREETING"'], {
      parameters: { cwd: '/', stdin: 'typed in\n', env: { GREETING: 'grüß dich' } },
    });
    await run.done;
    expect(run.text()).toBe('/\ntyped in\ngrüß dich\n');
  });

  it('gets the allow-listed environment and the facts of its run, and no secret of the server', async () => {
    const run = shell(['env'], { executionId: 'the-execution', attempt: 2, jobName: 'nightly', tenant: 'acme' });
    await run.done;
    const lines = run.text('stdout').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'ALLOWED=yes',
        'CARILLON_EXECUTION_ID=the-execution',
        'CARILLON_ATTEMPT=2',
        'CARILLON_JOB_NAME=nightly',
        'CARILLON_TENANT=acme',
        'CARILLON_SCHEDULED_FOR=2026-11-22T10:00:00.000Z',
      ]),
    );
    const names = lines.filter((line) => line !== '').map((line) => line.slice(0, line.indexOf('=')));
    const ours = (name: string): boolean => name.startsWith('CARILLON_');
    expect(names.filter((name) => !ours(name)).sort()).toEqual(['ALLOWED', 'FIXTURE', 'PATH', 'PWD'].sort());
    expect(run.text()).not.toContain('never seen');
  });

  it('does not let the executor itself hold a secret of the server', async () => {
    const run = shell(['tr "\\0" "\\n" < /proc/$PPID/environ']);
    await run.done;
    expect(run.text()).toContain('ALLOWED=yes');
    expect(run.text()).not.toContain('never seen');
  });

  it('does not split characters and replaces U+0000', async () => {
    const run = shell(['printf "\\342"; sleep 0.05; printf "\\202\\254 a\\0b"']);
    await run.done;
    expect(run.text('stdout')).toBe('€ a\uFFFDb');
    expect(run.chunks.every((chunk) => !chunk.text.includes('\0'))).toBe(true);
  });

  it('keeps only as much output as allowed, says so, and counts the rest', async () => {
    const run = shell(['head -c 1000000 /dev/zero | tr "\\0" x'], { maxOutputBytes: 100_000 });
    expect(await run.done).toMatchObject({ status: 'succeeded' });
    expect(run.text('stdout')).toBe('x'.repeat(100_000));
    expect(run.text('log')).toBe(
      'The output limit of 100000 bytes is reached; further output is dropped.\n900000 bytes of output were dropped.\n',
    );
    expect(Math.max(...run.chunks.map((chunk) => Buffer.byteLength(chunk.text)))).toBeLessThanOrEqual(16 * 1024);
  });
});

describe('the end of a shell run', () => {
  it('is not held up by a grandchild that keeps the pipe, which is killed', async () => {
    const begin = Date.now();
    const run = shell(['sleep 1000 & echo started $!']);
    expect(await run.done).toMatchObject({ status: 'succeeded' });
    expect(Date.now() - begin).toBeLessThan(3000);
    const pid = Number(run.text('stdout').split(' ')[1]);
    await until('the grandchild is gone', async () => !(await fixture.processes()).includes(pid));
  });

  it('waits for what a grandchild writes right after the exit', async () => {
    const run = shell(['(sleep 0.1; echo late) & echo early']);
    await run.done;
    expect(run.text('stdout')).toBe('early\nlate\n');
  });

  it('comes in bounded time although a grandchild never stops writing', async () => {
    const run = shell(['while :; do echo again; sleep 0.05; done & exit 0']);
    expect(await run.done).toMatchObject({ status: 'succeeded' });
  });

  it('comes with the timeout by SIGTERM when the program obeys', async () => {
    const run = shell(['trap "echo asked; exit 0" TERM; echo ready; while :; do sleep 0.05; done'], { timeoutMs: 300 });
    expect(await run.done).toMatchObject({ status: 'timed_out', error: { type: 'timeout' } });
    expect(run.text()).toContain('asked');
  });

  it('comes with the timeout by SIGKILL after the grace time when the program does not obey', async () => {
    const run = shell(['trap "" TERM; echo ready; while :; do sleep 0.05; done'], { timeoutMs: 200, killGraceMs: 200 });
    expect(await run.done).toMatchObject({ status: 'timed_out', exitCode: null, error: { type: 'timeout' } });
  });

  it('comes with the timeout at once when there is no grace', async () => {
    const run = shell(['trap "echo asked" TERM; while :; do sleep 0.05; done'], { timeoutMs: 200, killGraceMs: 0 });
    expect(await run.done).toMatchObject({ status: 'timed_out' });
    expect(run.text()).not.toContain('asked');
  });

  it('comes within a second after a cancel', async () => {
    const run = shell(['echo ready; sleep 100']);
    await run.says('ready');
    const begin = Date.now();
    run.handle.cancel();
    run.handle.cancel();
    expect(await run.done).toMatchObject({ status: 'cancelled', error: { type: 'cancelled' } });
    expect(Date.now() - begin).toBeLessThan(1000);
  });

  it('comes at once when the run is cancelled before it began', async () => {
    const run = shell(['sleep 100']);
    run.handle.cancel();
    expect(await run.done).toMatchObject({ status: 'cancelled' });
  });
});

describe('a forced cancel', () => {
  it('kills a tree that ignores SIGTERM, with grandchildren and one that left by setsid', async () => {
    const run = shell([
      'trap "" TERM; setsid sh -c "trap \\"\\" TERM; echo escaped; while :; do sleep 0.1; done" & ' +
        'sh -c "trap \\"\\" TERM; sleep 500 & echo nested; while :; do sleep 0.1; done" & wait',
    ]);
    await run.says('escaped');
    await run.says('nested');
    const begin = Date.now();
    run.handle.forceCancel();
    expect(await run.done).toMatchObject({ status: 'cancelled' });
    expect(Date.now() - begin).toBeLessThan(2000);
    const left = (await fixture.processes()).length;
    expect(left).toBe(1); // the executor
  });

  it('ends a cancel that waits for its grace time', async () => {
    const run = shell(['trap "" TERM; echo ready; while :; do sleep 0.05; done'], { killGraceMs: 60_000 });
    await run.says('ready');
    run.handle.cancel();
    run.handle.forceCancel();
    expect(await run.done).toMatchObject({ status: 'cancelled' });
  });

  it('does not touch another attempt of the same execution', async () => {
    const executionId = 'shared-execution';
    const second = shell(['echo ready; sleep 100'], { executionId, attempt: 2 });
    await second.says('ready');
    const first = shell(['echo ready; sleep 100'], { executionId, attempt: 1 });
    await first.says('ready');
    first.handle.forceCancel();
    expect(await first.done).toMatchObject({ status: 'cancelled' });
    expect(await fixture.processes()).toContain(second.startedWith?.pid);
    second.handle.forceCancel();
    expect(await second.done).toMatchObject({ status: 'cancelled' });
  });
});

describe('many shell runs', () => {
  it('are bounded in number, and all end', async () => {
    const runs = Array.from({ length: 60 }, (_, i) => shell([`echo ${i}`]));
    const outcomes = await Promise.all(runs.map((run) => run.done));
    expect(outcomes.every((outcome) => outcome.status === 'succeeded')).toBe(true);
    expect(runs.map((run) => run.text())).toEqual(runs.map((_, i) => `${i}\n`));
  });

  it('do not starve the timers: a timeout fires in the middle of a flood of short programs', async () => {
    const slow = shell(['sleep 100'], { timeoutMs: 300, killGraceMs: 0 });
    let isOver = false;
    const over = slow.done.finally(() => (isOver = true));
    const flood = Array.from({ length: 7 }, async () => {
      for (let i = 0; i < 500 && !isOver; i++) await shell(['true']).done;
    });
    expect(await over).toMatchObject({ status: 'timed_out' });
    await Promise.all(flood);
  });

  it('wait while all processes are busy, and can be cancelled while they wait', async () => {
    const busy = Array.from({ length: 8 }, () => shell(['echo ready; sleep 100']));
    await Promise.all(busy.map((run) => run.says('ready')));
    const waiting = shell(['echo never']);
    waiting.handle.cancel();
    expect(await waiting.done).toMatchObject({ status: 'cancelled' });
    expect(waiting.startedWith).toBeNull();
    for (const run of busy) run.handle.forceCancel();
    await Promise.all(busy.map((run) => run.done));
  });
});

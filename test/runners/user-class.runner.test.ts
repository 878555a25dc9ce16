import { cp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordedRun } from './support/recorded-run.js';
import { RunnersFixture } from './support/runners-fixture.js';
import { until } from '../support/until.js';

const EXAMPLES = fileURLToPath(new URL('../../docs/examples/jobs', import.meta.url));

let fixture: RunnersFixture;
beforeAll(async () => {
  fixture = await RunnersFixture.create();
  await cp(EXAMPLES, join(fixture.folder, 'jobs'), { recursive: true });
});
afterAll(() => fixture.close());

const start = (jobClass: string, given: Partial<Parameters<typeof RecordedRun.start>[1]> = {}): RecordedRun =>
  RecordedRun.start(fixture.registry, { jobClass, ...given });

/** Writes a module with one exported function `job` and runs it. */
async function runSource(
  name: string,
  body: string,
  given: Partial<Parameters<typeof RecordedRun.start>[1]> = {},
): Promise<RecordedRun> {
  await fixture.write(`${name}.js`, body);
  return start(`${name}.job`, given);
}

describe('a user class', () => {
  it('reports progress, log lines and a result (the example in TypeScript)', async () => {
    const run = start('examples.countdown.Countdown', { args: [3], parameters: { stepMs: 1 } });
    expect(await run.done).toMatchObject({ status: 'succeeded', result: { steps: 3 }, error: null });
    expect(run.text('log')).toBe('3 …\n2 …\n1 …\n');
    expect(run.reports.at(-1)).toMatchObject({ percent: 100, message: 'done' });
    expect(run.startedWith?.pid).toBeGreaterThan(1);
  });

  it('can be a plain function (the example in JavaScript)', async () => {
    const run = start('examples.disk_space.diskSpace', { args: ['/', 0] });
    expect(await run.done).toMatchObject({ status: 'succeeded', result: { path: '/' } });
    expect(run.text('log')).toContain('are free');
  });

  it('gets its context as constructor argument and as a property, and its arguments in order', async () => {
    await fixture.write(
      'facts.ts',
      `export class Facts {
         context!: { attempt: number; jobName: string; scheduledFor: string; executionId: string; parameters: object };
         run(...args: unknown[]) {
           const { attempt, jobName, scheduledFor, executionId, parameters } = this.context;
           return { args, attempt, jobName, scheduledFor, executionId, parameters, marker: process.env.CARILLON_EXECUTION_ID };
         }
       }`,
    );
    const run = start('facts.Facts', {
      executionId: 'e1',
      attempt: 3,
      args: [1, 'two', { three: 3 }],
      parameters: { p: 1 },
    });
    expect((await run.done).result).toEqual({
      args: [1, 'two', { three: 3 }],
      attempt: 3,
      jobName: 'a job',
      scheduledFor: '2026-11-22T10:00:00.000Z',
      executionId: 'e1',
      parameters: { p: 1 },
      marker: 'e1',
    });
  });

  it('is TypeScript with imports of its own', async () => {
    await fixture.write('lib/double.ts', 'export const double = (n: number): number => n * 2;');
    await fixture.write(
      'maths.ts',
      `import { double } from './lib/double.js'; export class Doubled { run(n: number) { return double(n); } }`,
    );
    expect((await start('maths.Doubled', { args: [21] }).done).result).toBe(42);
  });

  it('runs the edited source the next time, also when only an import was edited', async () => {
    await fixture.write('lib/word.ts', `export const word = 'first';`);
    await fixture.write(
      'edited.ts',
      `import { word } from './lib/word.js'; export class Edited { run() { return word; } }`,
    );
    expect((await start('edited.Edited').done).result).toBe('first');
    await fixture.write('lib/word.ts', `export const word = 'second';`);
    expect((await start('edited.Edited').done).result).toBe('second');
  });

  it('has console, stdout and log in their common order, and output of its processes', async () => {
    const run = await runSource(
      'ordered',
      `import { execFileSync } from 'node:child_process';
       import { writeSync } from 'node:fs';
       export function job(context) {
         for (let i = 0; i < 100; i++) { console.log('out', i); context.log('log ' + i); console.error('err', i); }
         process.stdout.write(Buffer.from('bytes\\n'));
         writeSync(1, 'raw\\n');
         execFileSync('echo', ['from a process'], { stdio: 'inherit' });
       }`,
    );
    expect(await run.done).toMatchObject({ status: 'succeeded', result: null });
    const lines = run.text().split('\n').slice(0, 300);
    expect(lines).toEqual(Array.from({ length: 100 }, (_, i) => [`out ${i}`, `log ${i}`, `err ${i}`]).flat());
    expect(run.text('stdout')).toContain('bytes\n');
    expect(run.text('stdout')).toContain('raw\nfrom a process\n');
  });

  it('fails with message and stack of its exception, with places in the source', async () => {
    await fixture.write(
      'broken.ts',
      `interface Unused {}\n\nexport class Broken {\n  run() {\n    throw new RangeError('out of cheese');\n  }\n}\n`,
    );
    const { status, error } = await start('broken.Broken').done;
    expect({ status, type: error?.type, message: error?.message }).toEqual({
      status: 'failed',
      type: 'exception',
      message: 'out of cheese',
    });
    expect(error?.stack).toContain('broken.ts:5');
  });

  it('fails alone when it ends its process, crashes it, or leaves a rejection unhandled', async () => {
    const exit = await runSource('exits', `export function job() { console.log('bye'); process.exit(7); }`);
    expect(await exit.done).toMatchObject({ status: 'failed', exitCode: 7, error: { type: 'exit_code' } });
    expect(exit.text()).toBe('bye\n');
    const crash = await runSource(
      'crashes',
      `export function job() { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); }`,
    );
    expect(await crash.done).toMatchObject({ status: 'failed', error: { type: 'signal' } });
    const rejection = await runSource(
      'rejects',
      `export function job() { Promise.reject(new Error('nobody cares')); return new Promise(() => {}); }`,
    );
    expect(await rejection.done).toMatchObject({
      status: 'failed',
      error: { type: 'exception', message: 'nobody cares' },
    });
    expect((await start('examples.countdown.Countdown', { args: [1], parameters: { stepMs: 1 } }).done).status).toBe(
      'succeeded',
    );
  });

  it('fails with a clear message for a result that is too large or no JSON', async () => {
    const large = await runSource('large', `export const job = () => 'x'.repeat(2 * 1024 * 1024);`);
    expect((await large.done).error).toMatchObject({
      type: 'invalid_result',
      message: expect.stringContaining('1048576') as string,
    });
    const circular = await runSource('circular', `export const job = () => { const a = {}; a.a = a; return a; };`);
    expect((await circular.done).error?.type).toBe('invalid_result');
  });

  it('has a result without characters that PostgreSQL refuses', async () => {
    const run = await runSource('unstorable', `export const job = () => ({ 'a\\0': 'b\\0c', d: '\\ud800' });`);
    expect((await run.done).result).toEqual({ 'a\uFFFD': 'b\uFFFDc', d: '\uFFFD' });
  });

  it('is bounded in its output however much it says', async () => {
    const run = await runSource('talks', `export function job(context) { context.log('x'.repeat(5_000_000)); }`, {
      maxOutputBytes: 50_000,
    });
    expect(await run.done).toMatchObject({ status: 'succeeded' });
    expect(run.text()).toContain('4950001 bytes of output were dropped.');
  });
});

describe('a user class that talks on the channel of its process', () => {
  it('cannot disturb other runs, and fails when it breaks the channel', async () => {
    const forged = await runSource(
      'forges',
      `import { writeSync } from 'node:fs';
       export function job() {
         for (const line of ['rubbish', 'null', '{"kind":"end","run":1}', '{"kind":"output","run":1,"stream":"log","text":{}}']) writeSync(3, line + '\\n');
         process.send({ kind: 'end' });
         return 'still fine';
       }`,
    );
    expect(await forged.done).toMatchObject({ status: 'succeeded', result: 'still fine' });
    const flood = await runSource(
      'floods',
      `import { writeSync } from 'node:fs';
       export function job() { for (;;) writeSync(3, 'x'.repeat(65536)); }`,
    );
    expect(await flood.done).toMatchObject({ status: 'failed', error: { type: 'signal' } });
  });
});

describe('stopping a user class', () => {
  it('aborts its signal first', async () => {
    const run = await runSource(
      'obeys',
      `export function job(context) {
         context.log('ready');
         return new Promise((resolve) => context.signal.addEventListener('abort', () => { context.log('stopping'); resolve('stopped'); }));
       }`,
    );
    await run.says('ready');
    const begin = Date.now();
    run.handle.cancel();
    expect(await run.done).toMatchObject({ status: 'cancelled' });
    expect(run.text()).toBe('ready\nstopping\n');
    expect(Date.now() - begin).toBeLessThan(1000);
  });

  it('kills an endless loop after the grace time', async () => {
    const run = await runSource('loops', `export function job(context) { context.log('ready'); for (;;); }`, {
      killGraceMs: 100,
    });
    await run.says('ready');
    run.handle.cancel();
    expect(await run.done).toMatchObject({ status: 'cancelled' });
  });

  it('ends an endless loop by its timeout', async () => {
    const run = await runSource('loops_long', `export function job() { for (;;); }`, {
      timeoutMs: 500,
      killGraceMs: 50,
    });
    expect(await run.done).toMatchObject({ status: 'timed_out', error: { type: 'timeout' } });
  });

  it('kills its processes with it, also one that left by setsid', async () => {
    const run = await runSource(
      'spawns',
      `import { spawn } from 'node:child_process';
       export function job(context) {
         spawn('sleep', ['500']);
         spawn('sleep', ['501'], { detached: true }).on('spawn', () => context.log('ready'));
         return new Promise(() => {});
       }`,
    );
    await run.says('ready');
    const before = (await fixture.processes()).length;
    run.handle.forceCancel();
    expect(await run.done).toMatchObject({ status: 'cancelled' });
    await until('three processes are gone', async () => (await fixture.processes()).length === before - 3);
  });

  it('works while the source is still being bundled', async () => {
    await fixture.write('fresh.ts', 'export class Fresh { run() { return 1; } }');
    const run = start('fresh.Fresh');
    run.handle.cancel();
    expect(await run.done).toMatchObject({ status: 'cancelled' });
    expect(run.startedWith).toBeNull();
  });
});

describe('the children of user classes', () => {
  const pid = `export const job = () => process.pid;`;

  it('are used again after a clean run', async () => {
    const first = await (await runSource('pid', pid)).done;
    const second = await start('pid.job').done;
    expect(second.result).toBe(first.result);
  });

  it('are replaced when a run left a timer or a process behind', async () => {
    const timer = await (
      await runSource('timer', `export const job = () => { setInterval(() => {}, 1000); return process.pid; };`)
    ).done;
    const after = await start('pid.job').done;
    expect(after.result).not.toBe(timer.result);
    const child = await (
      await runSource(
        'background',
        `import { execSync } from 'node:child_process'; export const job = () => { execSync('sleep 600 >/dev/null 2>&1 &'); return process.pid; };`,
      )
    ).done;
    expect(child.status).toBe('succeeded');
    expect((await start('pid.job').done).result).not.toBe(child.result);
  });

  it('start each run with a fresh environment and folder', async () => {
    await (
      await runSource('messy', `export const job = () => { process.env.LEFT = 'behind'; process.chdir('/'); };`)
    ).done;
    const run = await runSource('tidy', `export const job = () => [process.env.LEFT ?? null, process.cwd()];`);
    expect((await run.done).result).toEqual([null, process.cwd()]);
  });

  it('are closed when idle, and replaced after their number of runs', async () => {
    const small = await RunnersFixture.create({ idleChildMs: 50, maxRunsPerChild: 2 });
    try {
      await small.write('pid.js', pid);
      const pids: unknown[] = [];
      for (let i = 0; i < 3; i++)
        pids.push((await RecordedRun.start(small.registry, { jobClass: 'pid.job' }).done).result);
      expect(new Set(pids).size).toBeGreaterThan(1);
      await until('idle children are gone', async () => (await small.processes()).length === 1);
    } finally {
      await small.close();
    }
  });

  it('run as many at a time as allowed', async () => {
    await fixture.write('parallel.js', `export const job = async (context, n) => n;`);
    const runs = Array.from({ length: 40 }, (_, n) => start('parallel.job', { args: [n] }));
    const outcomes = await Promise.all(runs.map((run) => run.done));
    expect(outcomes.map((outcome) => outcome.result)).toEqual(runs.map((_, n) => n));
    expect((await fixture.processes()).length).toBeLessThanOrEqual(8 + 1);
  });
});

describe('names of user classes', () => {
  it('that do not exist fail with what exists', async () => {
    expect((await start('no.such.Thing').done).error).toMatchObject({
      type: 'unknown_class',
      message: expect.stringContaining('examples.countdown.Countdown') as string,
    });
    expect((await start('nothing').done).error).toMatchObject({
      type: 'unknown_class',
      message: expect.stringContaining('shell') as string,
    });
    expect((await start('examples.countdown.Missing').done).error).toMatchObject({
      type: 'invalid_class',
      message: 'The file exports no class or function Missing; it exports Countdown.',
    });
  });

  it('cannot lead out of the jobs folder', async () => {
    await writeFile(join(fixture.folder, 'outside.js'), 'export const job = () => 1;');
    await symlink(join(fixture.folder, 'outside.js'), join(fixture.folder, 'jobs', 'link.js'));
    expect((await start('link.job').done).error?.type).toBe('unknown_class');
    expect((await start('../outside.job').done).error?.type).toBe('unknown_class');
    expect((await start('..outside.job').done).error?.type).toBe('unknown_class');
  });
});

describe('the list of job classes', () => {
  it('holds the built-in classes and what user classes say about themselves', async () => {
    const list = await fixture.registry.describe();
    expect(list.map((entry) => entry.jobClass)).toEqual(
      expect.arrayContaining(['noop', 'shell', 'http', 'examples.disk_space.diskSpace']),
    );
    expect(await fixture.registry.describeOne('examples.countdown.Countdown')).toMatchObject({
      title: 'Count down',
      source: 'user',
      runsCode: true,
      exampleArguments: [5],
      arguments: [{ name: 'from', required: false }],
    });
    expect(await fixture.registry.describeOne('no.such.Class')).toBeNull();
  });

  it('shows files that do not compile or load, with the reason', async () => {
    const small = await RunnersFixture.create();
    try {
      await small.write('syntax.ts', 'export class {');
      await small.write('throws.js', `throw new Error('not today');`);
      await small.write('hangs.js', `for (;;);`);
      await small.write('fine.js', `export class Fine { run() {} }`);
      const list = await small.registry.describe();
      const notes = Object.fromEntries(
        list.filter((entry) => entry.source === 'user').map((entry) => [entry.jobClass, entry.notes]),
      );
      expect(Object.keys(notes)).toEqual(['fine.Fine', 'hangs', 'syntax', 'throws']);
      expect(notes['syntax']).toContain('syntax.ts:1');
      expect(notes['throws']).toContain('not today');
      expect(notes['hangs']).toContain('5000 ms');
    } finally {
      await small.close();
    }
  }, 20_000);
});

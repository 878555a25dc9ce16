import { describe, expect, it } from 'vitest';
import { NoopRunner } from './noop/noop.runner.js';
import { RunnerRegistry } from './runner-registry.js';
import type { RunObserver, RunRequest } from './runner.js';

const request: RunRequest = {
  executionId: 'e',
  attempt: 1,
  jobId: 'j',
  jobName: 'job',
  tenant: 't',
  jobClass: 'noop',
  args: [{ a: 1 }],
  parameters: {},
  scheduledFor: new Date('2026-11-22T10:00:00.000Z'),
  timeoutMs: null,
  killGraceMs: 0,
  maxOutputBytes: 0,
};

function observer(): RunObserver & { startedPids: (number | null)[] } {
  const startedPids: (number | null)[] = [];
  return { startedPids, started: ({ pid }) => void startedPids.push(pid), output() {}, progress() {} };
}

describe('the registry', () => {
  it('hands a run to the runner of its class: noop gives back its first argument', async () => {
    const watcher = observer();
    const handle = new RunnerRegistry([new NoopRunner()]).start(request, watcher);
    expect(watcher.startedPids).toEqual([null]);
    expect(await handle.done).toMatchObject({ status: 'succeeded', result: { a: 1 }, error: null, exitCode: null });
    const empty = new RunnerRegistry([new NoopRunner()]).start({ ...request, args: [] }, watcher);
    expect((await empty.done).result).toBeNull();
  });

  it('bounds the result of noop too', async () => {
    const handle = new RunnerRegistry([new NoopRunner()]).start(
      { ...request, args: [['x'.repeat(2 ** 21)]] },
      observer(),
    );
    expect((await handle.done).error?.type).toBe('invalid_result');
  });

  it('fails a run of an unknown class with what exists, and starts nothing', async () => {
    const watcher = observer();
    const handle = new RunnerRegistry([new NoopRunner()]).start({ ...request, jobClass: 'nope' }, watcher);
    expect((await handle.done).error).toEqual({
      type: 'unknown_class',
      message: 'There is no job class "nope". These exist: noop.',
    });
    expect(watcher.startedPids).toEqual([]);
  });

  it('describes one class or none', async () => {
    const registry = new RunnerRegistry([new NoopRunner()]);
    expect((await registry.describeOne('noop'))?.jobClass).toBe('noop');
    expect(await registry.describeOne('nope')).toBeNull();
  });
});

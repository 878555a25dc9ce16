import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClaimAnswer } from '../agents/agent-protocol.js';
import type { RunOutcome } from '../runners/runner.js';
import type { RunnerRegistry } from '../runners/runner-registry.js';
import { succeeded } from '../runners/run-outcome.js';
import { RemoteWorker } from './remote-worker.js';
import { LinkDown } from './server-link.js';
import type { ServerSession } from './server-session.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const handed = (id: string) => ({
  ...{ id, fence: 1, attempt: 1, tenant: 't', jobId: 'j', jobName: 'j', jobClass: 'held', args: [], parameters: {} },
  ...{ scheduledFor: '2026-11-22T10:00:00.000Z', timeoutMs: null, killGraceMs: 0, maxOutputBytes: 1_000 },
});

/** An agent with two slots whose server answers when the test says so. */
function aWorker() {
  const asked: { what: 'claim' | 'complete'; answer: (given: ClaimAnswer) => void; fail: (why: Error) => void }[] = [];
  const ask = (what: 'claim' | 'complete') => () =>
    new Promise<ClaimAnswer>((answer, fail) => asked.push({ what, answer, fail }));
  const ends = new Map<string, (outcome: RunOutcome) => void>();
  const session = {
    ...{ agentId: 'agent', maxBodyBytes: 100_000, heartbeatMs: 1_000 },
    register: async () => null,
    post: async () => undefined,
    heartbeat: () => new Promise(() => undefined),
    claim: ask('claim'),
    complete: ask('complete'),
  };
  const runners = {
    start: ({ executionId }: { executionId: string }) => ({
      done: new Promise<RunOutcome>((resolve) => ends.set(executionId, resolve)),
      cancel: () => undefined,
      forceCancel: () => undefined,
    }),
  };
  const settings = {
    ...{ name: 'a', hostname: 'h', slots: 2, tags: [], version: '1', shared: false },
    ...{ shutdownGraceMs: 0, forbiddenJobClasses: [] },
  };
  const worker = new RemoteWorker(
    settings,
    session as unknown as ServerSession,
    runners as unknown as RunnerRegistry,
    () => undefined,
  );
  void worker.run();
  return { asked, end: (id: string) => ends.get(id)?.(succeeded(null)) };
}

it('has one claim under way at most, also when ends ask for more while it waits after a claim that failed', async () => {
  const { asked, end } = aWorker();
  await vi.advanceTimersByTimeAsync(1);
  asked[0]?.answer({ runs: [handed('r1')] });
  await vi.advanceTimersByTimeAsync(1);
  asked[1]?.fail(new LinkDown('away'));
  await vi.advanceTimersByTimeAsync(1);
  end('r1');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.map(({ what }) => what)).toEqual(['claim', 'claim', 'complete']);
  asked[2]?.answer({ runs: [handed('r2')] });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.map(({ what }) => what)).toEqual(['claim', 'claim', 'complete', 'claim']);
});

import { describe, expect, it } from 'vitest';
import type { RunEnd, WorkQueue } from '../executions/work-queue.service.js';
import { RunReports } from './run-reports.js';

const END: RunEnd = {
  id: 'r1',
  fence: 1,
  gateId: null,
  state: 'succeeded',
  reason: null,
  exitCode: 0,
  result: null,
  error: null,
  pid: null,
  startedAt: null,
  finishedAt: new Date(0),
  retryAt: null,
};

/** A queue whose writes fail `failures` times; it remembers what was recorded. */
function aQueue(failures: number) {
  const recorded: string[] = [];
  let calls = 0;
  const queue = {
    finish: async (_agentId: string, ends: readonly RunEnd[]) => {
      if (calls++ < failures) throw new Error('the database is away');
      recorded.push(...ends.map((end) => end.id));
      return new Set(recorded);
    },
    appendLogs: async () => undefined,
    report: async () => new Set<string>(),
  };
  return { queue: queue as unknown as WorkQueue, recorded };
}

const reportsOf = (queue: WorkQueue) =>
  new RunReports(queue, () => 'agent', { recorded: () => undefined, lost: () => undefined });

describe('flushing reports', () => {
  it('lets the write that it waits for begin', async () => {
    const { queue, recorded } = aQueue(0);
    const reports = reportsOf(queue);
    reports.end(END);
    expect(reports.unrecordedIds).toEqual(['r1']);
    const began = performance.now();
    await reports.flush(began + 2_000);
    expect(recorded).toEqual(['r1']);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(reports.unrecordedIds).toEqual([]);
  });

  it('keeps the process alive while the database is away, and writes when it is back', async () => {
    const { queue, recorded } = aQueue(1);
    const reports = reportsOf(queue);
    reports.end(END);
    await reports.flush(performance.now() + 5_000);
    expect(recorded).toEqual(['r1']);
  });

  it('gives up at its deadline, and still knows what is not recorded', async () => {
    const { queue } = aQueue(1_000);
    const reports = reportsOf(queue);
    reports.end(END);
    await reports.flush(performance.now() + 150);
    expect(reports.unrecordedIds).toEqual(['r1']);
  });
});

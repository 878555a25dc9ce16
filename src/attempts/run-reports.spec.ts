import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunReports, type ReportSink } from './run-reports.js';

interface End {
  readonly id: string;
  readonly fence: number;
}

const END: End = { id: 'r1', fence: 1 };

/** A queue whose writes fail `failures` times; it remembers what was recorded. */
function aQueue(failures: number) {
  const recorded: string[] = [];
  let calls = 0;
  const queue = {
    finish: async (_agentId: string, ends: readonly End[]) => {
      if (calls++ < failures) throw new Error('the database is away');
      recorded.push(...ends.map((end) => end.id));
      return new Set(recorded);
    },
    appendLogs: async () => undefined,
    report: async () => new Set<string>(),
  };
  return { queue, recorded };
}

const reportsOf = (queue: ReportSink<End>, spoolCharacters?: number) =>
  new RunReports(queue, () => 'agent', { recorded: () => undefined, lost: () => undefined }, spoolCharacters);

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

describe('ends that come close together', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Ends of runs `names` in one turn of the event loop, then `afterMs`; answers the batches that have been written so far. */
  function aDay() {
    const batches: string[] = [];
    const reports = reportsOf({
      finish: async (_agentId: string, ends: readonly End[]) => {
        batches.push(ends.map(({ id }) => id).join(' '));
        return new Set(ends.map(({ id }) => id));
      },
      appendLogs: async () => undefined,
      report: async () => new Set<string>(),
    });
    return async (names: string, afterMs: number, isAwaited = false): Promise<string[]> => {
      for (const id of names.split(' ').filter(Boolean)) reports.end({ id, fence: 1 }, isAwaited);
      await vi.advanceTimersByTimeAsync(afterMs);
      return batches.splice(0);
    };
  }

  it('are written at once as long as each is alone', async () => {
    const ends = aDay();
    expect(await ends('a', 1)).toEqual(['a']);
    expect(await ends('b', 1)).toEqual(['b']);
    expect(await ends('c d', 1)).toEqual(['c d']);
  });

  it('share a write after one that had several, which does not wait for long', async () => {
    const ends = aDay();
    expect(await ends('a b', 5)).toEqual(['a b']);
    expect(await ends('c', 5)).toEqual([]);
    expect(await ends('d', 10)).toEqual([]);
    expect(await ends('e', 10)).toEqual(['c d e']);
    expect(await ends('', 100)).toEqual([]);
    expect(await ends('f', 1)).toEqual(['f']);
  });

  it('wait no more once one of them is awaited, or there are enough', async () => {
    const ends = aDay();
    await ends('a b', 5);
    expect(await ends('c', 5)).toEqual([]);
    expect(await ends('d', 1, true)).toEqual(['c d']);
    const many = Array.from({ length: 200 }, (_, n) => `r${n}`).join(' ');
    expect(await ends(many, 1)).toEqual([many]);
    expect(await ends(many, 1)).toEqual([many]);
  });
});

describe('output whose answer was lost', () => {
  it('is sent again as it was, so that nothing is missing and nothing doubled', async () => {
    const stored = new Map<number, string>();
    let calls = 0;
    const queue = {
      finish: async () => new Set<string>(['r1']),
      report: async () => new Set<string>(),
      // As the database does it: what is there under a number stays.
      appendLogs: async (_agentId: string, pieces: readonly { seq: number; text: string }[]) => {
        for (const { seq, text } of pieces) if (!stored.has(seq)) stored.set(seq, text);
        if (++calls > 1) return;
        for (const seq of [2, 3]) say(seq);
        throw new Error('the connection broke after the commit');
      },
    };
    const reports = reportsOf(queue);
    const say = (seq: number) =>
      reports.log({ id: 'r1', fence: 1, seq, stream: 'stdout', at: new Date(0), text: `line ${seq}\n` });
    for (const seq of [0, 1]) say(seq);
    await reports.flush(performance.now() + 5_000);
    expect(calls).toBe(2);
    expect(
      [...stored.entries()]
        .sort(([a], [b]) => a - b)
        .map(([, text]) => text)
        .join(''),
    ).toBe('line 0\nline 1\nline 2\nline 3\n');
  });
});

it('keeps no more output than its spool holds, and marks the gap once', async () => {
  const texts: string[] = [];
  const { queue } = aQueue(0);
  const appendLogs = async (_agentId: string, pieces: readonly { text: string }[]) => {
    texts.push(...pieces.map(({ text }) => text));
  };
  const reports = reportsOf({ ...queue, appendLogs }, 10);
  const piece = { id: 'r1', fence: 1, stream: 'stdout', at: new Date(0) } as const;
  for (const seq of [0, 1, 2, 3]) reports.log({ ...piece, seq, text: `12345${seq}` });
  await reports.flush(performance.now() + 2_000);
  reports.log({ ...piece, seq: 4, text: 'later' });
  await reports.flush(performance.now() + 2_000);
  expect(texts).toEqual(['123450', expect.stringMatching(/missing here/), 'later']);
});

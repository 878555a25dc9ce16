import { expect, it } from 'vitest';
import { cancelled } from '../run-outcome.js';
import type { RunObserver, RunOutcome } from '../runner.js';
import type { ProcessStart } from './executor-client.js';
import { ExecutorLanes } from './executor-lanes.js';

const MESSAGE = {} as ProcessStart;

/** An executor that remembers its runs. */
function anExecutor() {
  const runs: { observer: RunObserver; end: (outcome: RunOutcome) => void }[] = [];
  const start = (_message: ProcessStart, observer: RunObserver) => {
    let end: (outcome: RunOutcome) => void = () => undefined;
    const done = new Promise<RunOutcome>((resolve) => (end = resolve));
    runs.push({ observer, end });
    return { done, cancel: () => undefined, forceCancel: () => undefined };
  };
  return { runs, start };
}

const started: string[] = [];
const observer = (name: string): RunObserver => ({
  started: ({ pid }) => void started.push(`${name} ${pid}`),
  output: () => undefined,
  progress: () => undefined,
});

it('uses the first executor as long as that has started what it was given, and spreads what comes at once', async () => {
  const [first, second] = [anExecutor(), anExecutor()];
  const lanes = new ExecutorLanes([first, second]);
  const given = () => [first.runs.length, second.runs.length];
  lanes.start(MESSAGE, observer('a'));
  first.runs[0]?.observer.started({ pid: 7, at: new Date() });
  expect(started).toEqual(['a 7']);
  const handle = lanes.start(MESSAGE, observer('b'));
  expect(given()).toEqual([2, 0]);
  lanes.start(MESSAGE, observer('c'));
  lanes.start(MESSAGE, observer('d'));
  lanes.start(MESSAGE, observer('e'));
  expect(given()).toEqual([3, 2]);
  // One that ends before it has started takes no place either, and is not counted twice.
  first.runs[1]?.end(cancelled());
  await handle.done;
  first.runs[1]?.observer.started({ pid: 8, at: new Date() });
  lanes.start(MESSAGE, observer('f'));
  lanes.start(MESSAGE, observer('g'));
  expect(given()).toEqual([5, 2]);
});

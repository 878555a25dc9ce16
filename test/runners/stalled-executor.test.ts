import { expect, it } from 'vitest';
import type { ExecutorEvent, StartMessage } from '../../src/runners/executor/executor-protocol.js';
import { Outbox } from '../../src/runners/executor/outbox.js';
import { ProgramRun } from '../../src/runners/executor/program-run.js';
import { RunReport } from '../../src/runners/executor/run-report.js';
import { until } from '../support/until.js';

/** Longer than the silence that ends a run, and than the grandchild waits before it writes. */
const STALL_MS = 700;
const COMMAND = '(sleep 0.4; echo late; exec sleep 30) & echo first';

/** Nothing of this process goes on meanwhile: a processor that is taken away, a start that blocks. */
const stall = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('what was written while the executor stood still is read before the silence is taken for the end', async () => {
  const events: ExecutorEvent[] = [];
  const report = new RunReport(1, 10_000, new Outbox((batch, written) => (events.push(...batch), written())));
  const task = { kind: 'program', file: '/bin/sh', argv: ['-c', COMMAND], cwd: null, stdin: null } as const;
  const start = { kind: 'start', run: 1, environment: {}, timeoutMs: null, killGraceMs: 100, maxOutputBytes: 10_000 };
  const run = new ProgramRun(
    { ...start, task: { ...task, argv: [...task.argv] } } as StartMessage,
    { ...task, argv: [...task.argv] },
    report,
    { PATH: process.env['PATH'] },
    () => undefined,
  );
  run.begin();
  const started = () => events.find((event) => event.kind === 'started');
  await until('the program has ended', () => Promise.resolve(started() !== undefined && !isThere(started()?.pid ?? 0)));
  stall(STALL_MS);
  await until('the run has ended', () => Promise.resolve(events.some(({ kind }) => kind === 'end')));
  expect(events.flatMap((event) => (event.kind === 'output' ? [event.text] : [])).join('')).toBe('first\nlate\n');
});

/**
 * The executor: a small process that starts all job processes, because starting them from a big server is slow (fork copies
 * page tables) and because a server that dies must not leave its jobs behind. Talks to the server over IPC only. When the
 * channel closes, for whatever reason, it kills everything that it started and exits.
 */
import { ChildPool } from './child-pool.js';
import { ClassRun } from './class-run.js';
import type { ExecutorCommand, ExecutorEvent, ExecutorSettings, StartMessage } from './executor-protocol.js';
import type { ExecutorRun } from './executor-run.js';
import { stoppedEnd } from './executor-run.js';
import { killTree } from './kill-tree.js';
import { Outbox } from './outbox.js';
import { ProgramRun } from './program-run.js';
import { EXECUTOR_VARIABLE, executorIdentity } from './run-marks.js';
import { RunReport } from './run-report.js';
import { StartQueue } from './start-queue.js';

const settings = JSON.parse(process.argv[2] ?? '{}') as ExecutorSettings;
const identity = `${EXECUTOR_VARIABLE}=${executorIdentity()}`;
// eslint-disable-next-line house/no-process-env -- this is another process, whose environment is the allow-list itself
const environment = { ...process.env, [EXECUTOR_VARIABLE]: executorIdentity() };

const runs = new Map<number, { run: ExecutorRun; report: RunReport; queue: StartQueue }>();
const pool = new ChildPool(settings, environment);
const jobs = new StartQueue(settings.maxProcesses);
// Apart from the jobs, so that the list of job classes does not wait until a long job ends.
const inspections = new StartQueue(2);
const outbox = new Outbox((batch: ExecutorEvent[], written) => process.send?.(batch, undefined, undefined, written));

function start(message: StartMessage): void {
  const queue = message.task.kind === 'inspect' ? inspections : jobs;
  const report = new RunReport(message.run, message.maxOutputBytes, outbox);
  const over = (): void => {
    runs.delete(message.run);
    queue.release();
  };
  const { task } = message;
  const run =
    task.kind === 'program'
      ? new ProgramRun(message, task, report, environment, over)
      : new ClassRun(message, task, report, pool, over);
  runs.set(message.run, { run, report, queue });
  queue.add(run);
}

function stop(number: number, how: 'cancel' | 'kill'): void {
  const entry = runs.get(number);
  if (!entry) return; // it has ended; the news is on its way to the server
  if (!entry.queue.remove(entry.run)) return entry.run[how]();
  runs.delete(number);
  entry.report.end(stoppedEnd('cancelled', null, null));
}

process.on('message', (commands: ExecutorCommand[]) => {
  for (const command of commands) {
    if (command.kind === 'start') start(command);
    else stop(command.run, command.kind);
  }
});

process.on('disconnect', () => {
  // Every process that we started carries our mark, whatever group or session it is in by now.
  for (const { run, queue } of runs.values()) if (!queue.remove(run)) run.kill();
  void killTree({ leaderPid: null, environment: [identity] }).finally(() => process.exit(0));
});

// The server decides when runs end. These signals reach us too when a terminal or an init system signals a whole group.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.title = 'carillon-executor';

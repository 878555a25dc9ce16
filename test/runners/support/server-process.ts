/** A stand-in for a server: a process with one executor that runs one shell command. Tells the pid of the run. */
import { ExecutorProcess } from '../../../src/runners/executor/executor-process.js';

interface Given {
  executorEntry: string;
  environment: Record<string, string>;
  command: string;
}

const given = JSON.parse(process.argv[2] ?? '{}') as Given;
const settings = { maxProcesses: 4, idleChildMs: 1000, maxRunsPerChild: 10, childEntry: '' };
const executor = new ExecutorProcess(given.executorEntry, settings, given.environment);
let pid: number | null = null;
executor.start(
  {
    task: { kind: 'program', file: '/bin/sh', argv: ['-c', given.command], cwd: null, stdin: null },
    environment: { CARILLON_EXECUTION_ID: 'of-another-server', CARILLON_ATTEMPT: '1' },
    timeoutMs: null,
    killGraceMs: 1000,
    maxOutputBytes: 10_000,
  },
  {
    started: (info) => (pid = info.pid),
    output: () => process.send?.(pid),
    progress: () => {},
  },
  () => {},
);

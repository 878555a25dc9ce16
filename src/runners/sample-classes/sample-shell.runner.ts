/** ndscheduler's ShellJob: its arguments are a program and what it is called with. No shell looks at them. */
import type { ProcessStarter } from '../executor/executor-lanes.js';
import type { ProgramTask } from '../executor/executor-protocol.js';
import { runEnvironment } from '../executor/run-marks.js';
import { InvalidArguments } from '../invalid-arguments.js';
import { failed, finishedRun } from '../run-outcome.js';
import type { JobClassDescription, Runner, RunHandle, RunObserver, RunOutcome, RunRequest } from '../runner.js';
import { SAMPLE_CLASSES, sampleDescription, textArgument } from './sample-class.js';

const DESCRIPTION = sampleDescription(
  SAMPLE_CLASSES.shell,
  'Run a program',
  'Runs a program with its arguments, without a shell. The result is { "returncode": n }; 0 is success.',
  [
    textArgument('program', 'Which program; on the PATH, or with its folder.'),
    { ...textArgument('arguments…', 'Its arguments.'), required: false },
  ],
  ['date', '--utc'],
);

/** Runs it under the executor, like `shell`. */
export class SampleShellRunner implements Runner {
  readonly name = 'sample-shell';

  constructor(private readonly executor: ProcessStarter) {}

  handles(jobClass: string): boolean {
    return jobClass === DESCRIPTION.jobClass;
  }

  async describe(): Promise<JobClassDescription[]> {
    return [DESCRIPTION];
  }

  start(request: RunRequest, observer: RunObserver): RunHandle {
    let task: ProgramTask;
    try {
      task = programOf(request.args);
    } catch (error) {
      if (!(error instanceof InvalidArguments)) throw error;
      return finishedRun(failed({ type: 'invalid_arguments', message: error.message }));
    }
    const { timeoutMs, killGraceMs, maxOutputBytes } = request;
    const environment = runEnvironment(request);
    const handle = this.executor.start({ task, environment, timeoutMs, killGraceMs, maxOutputBytes }, observer);
    const done = handle.done.then(inWordsOfTheSample);
    return { done, cancel: () => handle.cancel(), forceCancel: () => handle.forceCancel() };
  }

  /** The executor is shared; whoever made it closes it. */
  async close(): Promise<void> {}
}

function programOf(args: readonly unknown[]): ProgramTask {
  const [file, ...argv] = args.map((value, index) => {
    if (typeof value === 'string' && !value.includes('\0')) return value;
    throw new InvalidArguments(`TypeError: argument ${index + 1} must be a string, not ${JSON.stringify(value)}`);
  });
  if (file === undefined || file === '')
    throw new InvalidArguments('IndexError: ShellJob needs the name of a program as its first argument.');
  return { kind: 'program', file, argv, cwd: null, stdin: null };
}

function inWordsOfTheSample(outcome: RunOutcome): RunOutcome {
  const isExit = outcome.exitCode !== null && outcome.result !== null;
  return isExit ? { ...outcome, result: { returncode: outcome.exitCode } } : outcome;
}

/** The job class `shell`: a command line or a program, run in a process group of its own by the executor. */
import type { ProcessStarter } from '../executor/executor-lanes.js';
import { runEnvironment } from '../executor/run-marks.js';
import { InvalidArguments } from '../invalid-arguments.js';
import { errorOf, failed, finishedRun } from '../run-outcome.js';
import type { JobClassDescription, Runner, RunHandle, RunObserver, RunRequest } from '../runner.js';
import { shellCommand, type ShellCommand } from './shell-command.js';

const DESCRIPTION: JobClassDescription = {
  jobClass: 'shell',
  title: 'Run a command',
  notes:
    'One argument is a command line for /bin/sh; several are a program and its arguments, run without a shell. ' +
    'Exit code 0 is success. The result is { "exitCode": n }.',
  runsCode: true,
  source: 'builtin',
  arguments: [
    { name: 'command', type: 'string', description: 'A command line, or the program to run.', required: true },
    { name: 'arguments…', type: 'strings', description: 'The arguments of the program.', required: false },
  ],
  parameters: [
    {
      name: 'cwd',
      type: 'string',
      description: 'Absolute path of the working folder. Default: that of the server.',
      required: false,
    },
    { name: 'env', type: 'object of strings', description: 'Variables added to the environment.', required: false },
    { name: 'stdin', type: 'string', description: 'Text for the standard input. Default: empty.', required: false },
  ],
  exampleArguments: ['echo "It is $(date)"'],
  exampleParameters: { env: { LANG: 'C.UTF-8' } },
};

/** Runs `shell`. */
export class ShellRunner implements Runner {
  readonly name = 'shell';

  constructor(private readonly executor: ProcessStarter) {}

  handles(jobClass: string): boolean {
    return jobClass === DESCRIPTION.jobClass;
  }

  async describe(): Promise<JobClassDescription[]> {
    return [DESCRIPTION];
  }

  start(request: RunRequest, observer: RunObserver): RunHandle {
    let command: ShellCommand;
    try {
      command = shellCommand(request.args, request.parameters);
    } catch (error) {
      if (!(error instanceof InvalidArguments)) throw error;
      return finishedRun(failed({ type: 'invalid_arguments', message: errorOf(error).message }));
    }
    const { timeoutMs, killGraceMs, maxOutputBytes } = request;
    const environment = { ...command.environment, ...runEnvironment(request) };
    return this.executor.start({ task: command.task, environment, timeoutMs, killGraceMs, maxOutputBytes }, observer);
  }

  /** The executor is shared; whoever made it closes it. */
  async close(): Promise<void> {}
}

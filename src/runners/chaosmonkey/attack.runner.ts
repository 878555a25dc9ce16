/** The attacks of the Chaos Monkey Engine as job classes: an HTTP call, a script over ssh, and two that only AWS could carry out. */
import type { ProcessStarter } from '../executor/executor-lanes.js';
import { runEnvironment } from '../executor/run-marks.js';
import type { HttpRunner } from '../http/http.runner.js';
import { InvalidArguments } from '../invalid-arguments.js';
import { failed, finishedRun } from '../run-outcome.js';
import type { JobClassDescription, Runner, RunHandle, RunObserver, RunRequest } from '../runner.js';
import { apiRequest } from './api-request.js';
import { API_REQUEST, ATTACK_DESCRIPTIONS, RUN_SCRIPT } from './attack.descriptions.js';
import { NeedsAws, scriptTask } from './run-script.js';

/** Runs `chaosmonkey.…`. */
export class AttackRunner implements Runner {
  readonly name = 'chaosmonkey';

  constructor(
    private readonly http: HttpRunner,
    private readonly executor: ProcessStarter,
  ) {}

  handles(jobClass: string): boolean {
    return ATTACK_DESCRIPTIONS.some((description) => description.jobClass === jobClass);
  }

  async describe(): Promise<JobClassDescription[]> {
    return [...ATTACK_DESCRIPTIONS];
  }

  start(request: RunRequest, observer: RunObserver): RunHandle {
    try {
      return this.attack(request, observer);
    } catch (error) {
      if (error instanceof InvalidArguments) return refused('invalid_arguments', error.message);
      if (error instanceof NeedsAws) return refused('aws_not_configured', error.message);
      throw error;
    }
  }

  /** What it runs with is shared; whoever made that closes it. */
  async close(): Promise<void> {}

  private attack(request: RunRequest, observer: RunObserver): RunHandle {
    const { jobClass, parameters, timeoutMs, killGraceMs, maxOutputBytes } = request;
    if (jobClass === API_REQUEST) return this.http.start({ ...request, ...apiRequest(parameters) }, observer);
    if (jobClass !== RUN_SCRIPT)
      throw new NeedsAws(
        `${jobClass} needs the AWS API, which Carillon does not speak. Nothing was terminated. Use a job of the class shell with the aws ` +
          'command line instead.',
      );
    const task = scriptTask(parameters, Math.random);
    const environment = runEnvironment(request);
    return this.executor.start({ task, environment, timeoutMs, killGraceMs, maxOutputBytes }, observer);
  }
}

function refused(type: string, message: string): RunHandle {
  return finishedRun(failed({ type, message }));
}

/**
 * Picks the runner of a job class. Owns no runs and no rules about who may use which class: that is the caller's.
 */
import { errorOf, failed, finishedRun } from './run-outcome.js';
import type { JobClassDescription, Runner, RunHandle, RunObserver, RunOutcome, RunRequest } from './runner.js';

/** All runners of this process behind one door. The first runner that handles a class gets it. */
export class RunnerRegistry {
  /** `release` frees what the runners share, after they are closed. */
  constructor(
    private readonly runners: readonly Runner[],
    private readonly release: () => Promise<void> = async () => {},
  ) {}

  /** Every job class that can be used now: the built-in ones first, then the user classes by name. */
  async describe(): Promise<JobClassDescription[]> {
    const lists = await Promise.all(this.runners.map((runner) => runner.describe()));
    return lists.flat();
  }

  /** The description of one class, or null when there is no such class. */
  async describeOne(jobClass: string): Promise<JobClassDescription | null> {
    const runner = this.runnerOf(jobClass);
    if (!runner) return null;
    const descriptions = await runner.describe();
    return descriptions.find((description) => description.jobClass === jobClass) ?? null;
  }

  /** Starts a run. An unknown class is not an error of the caller but a failed run of type `unknown_class`. */
  start(request: RunRequest, observer: RunObserver): RunHandle {
    const runner = this.runnerOf(request.jobClass);
    if (runner) return runner.start(request, observer);
    const outcome = this.unknownClass(request.jobClass).catch((error: unknown) => failed(errorOf(error)));
    return finishedRun(outcome);
  }

  /** Ends all runs and processes. */
  async close(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.close()));
    await this.release();
  }

  private runnerOf(jobClass: string): Runner | undefined {
    return this.runners.find((runner) => runner.handles(jobClass));
  }

  private async unknownClass(jobClass: string): Promise<RunOutcome> {
    const known = await this.describe().then((list) => list.map((description) => description.jobClass).join(', '));
    return failed({
      type: 'unknown_class',
      message: `There is no job class ${JSON.stringify(jobClass)}. These exist: ${known}.`,
    });
  }
}

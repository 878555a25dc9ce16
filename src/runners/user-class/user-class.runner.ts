/** User classes: files in the jobs folder, run in pooled child processes. */
import type { ExecutorClient } from '../executor/executor-client.js';
import { runEnvironment } from '../executor/run-marks.js';
import { cancelled, errorOf, failed } from '../run-outcome.js';
import type { JobClassDescription, Runner, RunHandle, RunObserver, RunOutcome, RunRequest } from '../runner.js';
import { ClassBundles } from './class-bundles.js';
import { ClassCatalog } from './class-catalog.js';
import { findClassFile } from './class-file.js';
import { parseClassName, type ClassName } from './class-name.js';

/** A class that can be run. */
interface PreparedClass {
  bundleFile: string;
  name: ClassName;
}

/** Runs every class whose name has two or more parts. */
export class UserClassRunner implements Runner {
  readonly name = 'user-class';
  private readonly bundles: ClassBundles;
  private readonly catalog: ClassCatalog;
  /** Looking at the sources that is under way, shared by runs of one class that start at the same time. */
  private readonly preparing = new Map<string, Promise<PreparedClass | RunOutcome>>();

  constructor(
    private readonly jobsDir: string,
    cacheDir: string,
    private readonly executor: ExecutorClient,
  ) {
    this.bundles = new ClassBundles(cacheDir);
    this.catalog = new ClassCatalog(jobsDir, this.bundles, executor);
  }

  handles(jobClass: string): boolean {
    return parseClassName(jobClass) !== null;
  }

  describe(): Promise<JobClassDescription[]> {
    return this.catalog.describe();
  }

  start(request: RunRequest, observer: RunObserver): RunHandle {
    let running: RunHandle | undefined;
    let isCancelled = false;
    const stop = (how: 'cancel' | 'forceCancel'): void => {
      isCancelled = true;
      running?.[how]();
    };
    const work = this.prepared(request.jobClass).then((prepared) => {
      if (isCancelled) return cancelled();
      if ('status' in prepared) return prepared;
      running = this.startPrepared(request, prepared, observer);
      return running.done;
    });
    // Nothing in the preparation is expected to reject, and `done` must not.
    const done = work.catch((error: unknown) => failed(errorOf(error)));
    return { done, cancel: () => stop('cancel'), forceCancel: () => stop('forceCancel') };
  }

  /** The executor is shared; whoever made it closes it. */
  async close(): Promise<void> {}

  private prepared(jobClass: string): Promise<PreparedClass | RunOutcome> {
    let preparing = this.preparing.get(jobClass);
    if (!preparing) {
      preparing = this.prepare(jobClass).finally(() => this.preparing.delete(jobClass));
      this.preparing.set(jobClass, preparing);
    }
    return preparing;
  }

  /** The bundle of a class, or the outcome of a run that cannot begin. */
  private async prepare(jobClass: string): Promise<PreparedClass | RunOutcome> {
    const name = parseClassName(jobClass);
    const file = name && (await findClassFile(this.jobsDir, name.path));
    if (!name || !file) return failed({ type: 'unknown_class', message: await this.unknownClass(jobClass) });
    try {
      return { name, bundleFile: await this.bundles.bundleOf(file) };
    } catch (error) {
      return failed({ type: 'invalid_class', message: `${jobClass} cannot be loaded: ${errorOf(error).message}` });
    }
  }

  private startPrepared(request: RunRequest, { bundleFile, name }: PreparedClass, observer: RunObserver): RunHandle {
    const { executionId, attempt, jobName, scheduledFor, parameters, args } = request;
    const { timeoutMs, killGraceMs, maxOutputBytes } = request;
    const context = { executionId, attempt, jobName, scheduledFor: scheduledFor.toISOString(), parameters };
    const task = { kind: 'class', bundleFile, exportName: name.exportName, context, args } as const;
    const environment = runEnvironment(request);
    return this.executor.start({ task, environment, timeoutMs, killGraceMs, maxOutputBytes }, observer);
  }

  private async unknownClass(jobClass: string): Promise<string> {
    const names = (await this.catalog.describe()).map((description) => description.jobClass);
    const known = names.length > 0 ? `It has these: ${names.join(', ')}.` : 'It has none.';
    return `There is no job class ${JSON.stringify(jobClass)} in the jobs folder. ${known}`;
  }
}

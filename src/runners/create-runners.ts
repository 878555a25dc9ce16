/** Puts the runners of this process together. */
import { AttackRunner } from './chaosmonkey/attack.runner.js';
import { availableParallelism } from 'node:os';
import { ExecutorClient } from './executor/executor-client.js';
import { ExecutorLanes } from './executor/executor-lanes.js';
import { HttpRunner } from './http/http.runner.js';
import { NoopRunner } from './noop/noop.runner.js';
import { RunnerRegistry } from './runner-registry.js';
import { CURL_VARIANT, slackVariant } from './sample-classes/sample-http.variants.js';
import { SampleRunner } from './sample-classes/sample.runner.js';
import { SampleShellRunner } from './sample-classes/sample-shell.runner.js';
import { ShellRunner } from './shell/shell.runner.js';
import { UserClassRunner } from './user-class/user-class.runner.js';

const IDLE_CHILD_MS = 60_000;
const MAX_RUNS_PER_CHILD = 1000;

/** Two start twice as many programs in a second as one does, on two processors; more were not tried. */
const MOST_EXECUTORS = 2;

/** What the runners need to know from the configuration. */
export interface RunnerSettings {
  /** The folder of user classes. It need not exist. Null: there are no user classes, and nothing of them is ever loaded. */
  jobsDir: string | null;
  /** A writable folder for bundles; may be shared by several servers and may be emptied while none runs. */
  cacheDir: string;
  /** Runs in processes at the same time, at least 1; more wait in the executor. */
  maxProcesses: number;
  /** The whole environment that job processes get, besides the `CARILLON_` variables of their run. */
  environment: Readonly<Record<string, string>>;
  /** Asked for each address that an `http` run is about to connect to, also after each redirect. */
  httpAllows: (url: URL, address: string) => boolean;
  /** Where the sample class SlackJob posts; absent or null: it fails. */
  slackWebhookUrl?: string | null;
  /** A user-class child without work for this long is closed. Default 60,000. */
  idleChildMs?: number;
  /** A user-class child is replaced after this many runs. Default 1,000. */
  maxRunsPerChild?: number;
}

/** The registry with all runners. Starts nothing: an executor process comes with the first run that needs it. */
export function createRunners(settings: RunnerSettings): RunnerRegistry {
  const newExecutor = (): ExecutorClient =>
    new ExecutorClient({
      cacheDir: settings.cacheDir,
      environment: settings.environment,
      maxProcesses: settings.maxProcesses,
      idleChildMs: settings.idleChildMs ?? IDLE_CHILD_MS,
      maxRunsPerChild: settings.maxRunsPerChild ?? MAX_RUNS_PER_CHILD,
    });
  // User classes keep to the first, whose pooled children they share.
  const executor = newExecutor();
  const others = Array.from({ length: Math.min(MOST_EXECUTORS, availableParallelism()) - 1 }, newExecutor);
  const programs = new ExecutorLanes([executor, ...others]);
  const http = new HttpRunner(settings.httpAllows);
  const runners = [
    new NoopRunner(),
    new ShellRunner(programs),
    http,
    new SampleRunner(),
    new SampleShellRunner(programs),
    new HttpRunner(settings.httpAllows, CURL_VARIANT),
    new HttpRunner(settings.httpAllows, slackVariant(settings.slackWebhookUrl ?? null)),
    new AttackRunner(http, programs),
    ...(settings.jobsDir === null ? [] : [new UserClassRunner(settings.jobsDir, settings.cacheDir, executor)]),
  ];
  return new RunnerRegistry(runners, async () => {
    await Promise.all([executor, ...others].map((one) => one.close()));
  });
}

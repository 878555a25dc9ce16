/**
 * The job class that does nothing, for trying out triggers and for measuring everything around a run. Its path is kept
 * free of timers, processes and awaits on purpose: the throughput benchmark runs it.
 */
import { resultJson } from '../result-json.js';
import { failed, finishedRun, succeeded } from '../run-outcome.js';
import type { JobClassDescription, Runner, RunHandle, RunObserver, RunRequest } from '../runner.js';

const DESCRIPTION: JobClassDescription = {
  jobClass: 'noop',
  title: 'Do nothing',
  notes: 'Succeeds at once. The result is the first argument, or null.',
  runsCode: false,
  source: 'builtin',
  arguments: [
    { name: 'value', type: 'any JSON value', description: 'Becomes the result of the run.', required: false },
  ],
  parameters: [],
  exampleArguments: ['hello'],
  exampleParameters: {},
};

/** Runs `noop`. */
export class NoopRunner implements Runner {
  readonly name = 'noop';

  handles(jobClass: string): boolean {
    return jobClass === DESCRIPTION.jobClass;
  }

  async describe(): Promise<JobClassDescription[]> {
    return [DESCRIPTION];
  }

  start(request: RunRequest, observer: RunObserver): RunHandle {
    const value = request.args[0] ?? null;
    const error = isSmall(value) ? null : resultJson(value).error;
    const outcome = error ? failed(error) : succeeded(value);
    observer.started({ pid: null, at: outcome.finishedAt });
    return finishedRun(outcome);
  }

  async close(): Promise<void> {}
}

/** Spares nearly every run the cost of writing JSON only to see that it is not too long. */
function isSmall(value: unknown): boolean {
  return typeof value === 'string' ? value.length < 1000 : typeof value !== 'object' || value === null;
}

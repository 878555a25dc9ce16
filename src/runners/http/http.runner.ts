/** The job class `http`: one request, with redirects, from this process. */
import { InvalidArguments } from '../invalid-arguments.js';
import { OutputRecorder } from '../output/output-recorder.js';
import { boundedError, resultJson } from '../result-json.js';
import { cancelled, errorOf, failed, finishedRun, succeeded, timedOut } from '../run-outcome.js';
import type {
  JobClassDescription,
  Runner,
  RunError,
  RunHandle,
  RunObserver,
  RunOutcome,
  RunRequest,
} from '../runner.js';
import { RefusedAddress, type AddressPolicy } from './guarded-lookup.js';
import { answerText } from './http-answer.js';
import { exchange, MAX_BODY_BYTES, type Answer, type OutgoingRequest } from './http-exchange.js';
import type { HttpJob } from './http-job.js';
import { HTTP_VARIANT, type HttpVariant } from './http-variant.js';
import { redirectOf } from './redirect.js';

const MAX_REDIRECTS = 5;

/** Runs `http`, or a job class that is a variant of it. */
export class HttpRunner implements Runner {
  readonly name: string;
  private readonly running = new Set<RunHandle>();

  constructor(
    private readonly allows: AddressPolicy,
    private readonly variant: HttpVariant = HTTP_VARIANT,
  ) {
    this.name = variant.description.jobClass;
  }

  handles(jobClass: string): boolean {
    return jobClass === this.name;
  }

  async describe(): Promise<JobClassDescription[]> {
    return [this.variant.description];
  }

  start(request: RunRequest, observer: RunObserver): RunHandle {
    let job: HttpJob;
    try {
      job = this.variant.jobOf(request.args, request.parameters, request.timeoutMs);
    } catch (error) {
      if (!(error instanceof InvalidArguments)) throw error;
      return finishedRun(failed({ type: 'invalid_arguments', message: error.message }));
    }
    observer.started({ pid: null, at: new Date() });
    const output = new OutputRecorder(request.maxOutputBytes, (stream, text, atMs) =>
      observer.output({ stream, text, at: new Date(atMs) }),
    );
    const abort = new AbortController();
    const stop = (): void => abort.abort('cancelled');
    const handle: RunHandle = { done: this.run(job, output, abort), cancel: stop, forceCancel: stop };
    this.running.add(handle);
    void handle.done.then(() => this.running.delete(handle));
    return handle;
  }

  /** Cancels what is under way. */
  async close(): Promise<void> {
    for (const handle of this.running) handle.cancel();
    await Promise.all([...this.running].map((handle) => handle.done));
  }

  private async run(job: HttpJob, output: OutputRecorder, abort: AbortController): Promise<RunOutcome> {
    const timeout = setTimeout(() => abort.abort('timed_out'), job.timeoutMs);
    let outcome: RunOutcome;
    try {
      outcome = this.outcomeOf(await this.follow(job, output, abort.signal), job);
    } catch (error) {
      if (abort.signal.aborted) outcome = abort.signal.reason === 'cancelled' ? cancelled() : timedOut(job.timeoutMs);
      else outcome = failed(boundedError(connectionError(error)));
    }
    clearTimeout(timeout);
    output.end();
    return outcome;
  }

  private async follow(job: HttpJob, output: OutputRecorder, signal: AbortSignal): Promise<Answer> {
    let next: OutgoingRequest = job;
    for (let redirects = 0; ; redirects++) {
      const beginMs = Date.now();
      const answer = await exchange(next, this.allows, signal);
      const took = `${Date.now() - beginMs} ms`;
      output.note(
        `${next.method} ${job.isUrlSecret ? 'the configured address' : withoutPassword(next.url)}: ${answer.status} ${answer.statusText} (${took})`,
      );
      const redirect = job.followRedirects ? redirectOf(next, answer.status, answer.headers.location) : null;
      if (!redirect) {
        writeBody(answer, output);
        return answer;
      }
      if (redirects === MAX_REDIRECTS) throw new Error(`The server redirects more than ${MAX_REDIRECTS} times.`);
      next = redirect;
    }
  }

  private outcomeOf(answer: Answer, job: HttpJob): RunOutcome {
    const { json, error } = resultJson(this.variant.resultOf(answer));
    if (error) return failed(error);
    const result: unknown = JSON.parse(json);
    if (job.expected.includes(answer.status)) return succeeded(result);
    const message = `The server answered ${answer.status}, expected was ${job.expected.text}.`;
    return failed({ type: 'http_status', message }, result);
  }
}

function writeBody(answer: Answer, output: OutputRecorder): void {
  const text = answerText(answer);
  if (text === null) output.note(`The body of type ${answer.headers['content-type']} is not text and is not kept.`);
  else output.writeText('stdout', text);
  if (answer.isTruncated) output.note(`The body is longer than ${MAX_BODY_BYTES} bytes; the rest was not read.`);
}

/** A connection that was tried at several addresses fails with an error that holds the errors and no words of its own. */
function connectionError(thrown: unknown): RunError {
  if (thrown instanceof RefusedAddress) return { type: 'refused_address', message: thrown.message };
  if (!(thrown instanceof AggregateError)) return errorOf(thrown);
  return { type: 'exception', message: thrown.errors.map((error) => errorOf(error).message).join('; ') };
}

function withoutPassword(url: URL): string {
  if (url.password === '') return url.href;
  const shown = new URL(url);
  shown.password = '***';
  return shown.href;
}

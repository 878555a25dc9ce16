import type { JobClassDescription } from '../runner.js';
import { httpResult } from './http-answer.js';
import type { Answer } from './http-exchange.js';
import { httpJob, type HttpJob } from './http-job.js';
import { HTTP_DESCRIPTION } from './http.description.js';

/** A job class that makes one HTTP request. Addresses, redirects, timeouts and output are the runner's, the same for all. */
export interface HttpVariant {
  readonly description: JobClassDescription;
  /** Throws `InvalidArguments`. `runTimeoutMs` is the timeout of the run, which counts when it is the shorter one. */
  jobOf(args: readonly unknown[], parameters: Readonly<Record<string, unknown>>, runTimeoutMs: number | null): HttpJob;
  /** The result of the run. */
  resultOf(answer: Answer): unknown;
}

/** The job class `http` itself. */
export const HTTP_VARIANT: HttpVariant = { description: HTTP_DESCRIPTION, jobOf: httpJob, resultOf: httpResult };

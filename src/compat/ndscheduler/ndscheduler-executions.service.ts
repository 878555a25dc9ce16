import { Inject, Injectable } from '@nestjs/common';
import { AwaitedRuns } from '../../executions/awaited-runs.service.js';
import { ExecutionsService } from '../../executions/executions.service.js';
import { parseJsonBody } from '../../http/json-body.parser.js';
import type { RawBody } from '../../http/raw-body.js';
import { JobsService } from '../../jobs/jobs.service.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError, invalidField, notFound } from '../../kernel/domain-error.js';
import { hexId } from '../../kernel/ids.js';
import {
  isShown,
  toWireExecution,
  wireState,
  type NdschedulerExecution,
  type NdschedulerExecutionId,
  type NdschedulerExecutions,
} from './execution.wire.js';
import { lookUp } from './ids.js';
import { timeRange } from './time-range.js';

/** Most executions that a list shows; the original has no pages. */
const MOST_EXECUTIONS = 5_000;

/** Executions as ndscheduler's clients see them. */
@Injectable()
export class NdschedulerExecutionsService {
  constructor(
    @Inject(ExecutionsService) private readonly executions: ExecutionsService,
    @Inject(AwaitedRuns) private readonly awaited: AwaitedRuns,
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Those of a span of time, the one that changed last first; of more than 5,000 the newest. Throws `invalid_input`. */
  async list(query: Readonly<Record<string, unknown>>): Promise<NdschedulerExecutions> {
    const { from, to } = timeRange(query, this.clock.now());
    const views = await this.executions.madeWithin(from, to, MOST_EXECUTIONS);
    const jobs = await this.jobs.some([...new Set(views.map(({ jobId }) => jobId))]);
    const byId = new Map(jobs.map((view) => [view.job.id, view]));
    return { executions: views.map((view) => toWireExecution(view, byId.get(view.jobId))) };
  }

  /** Throws `not_found`, also for an occurrence that did not run: the original has none. */
  get(id: string): Promise<NdschedulerExecution> {
    return lookUp('Execution', id, async (known) => {
      const view = await this.executions.get(known);
      if (!isShown(view)) throw notFound('execution', known);
      const [job] = await this.jobs.some([view.jobId]);
      return toWireExecution(view, job);
    });
  }

  /**
   * Runs a job and answers when it has ended, or when the client gives up. Throws `not_found`, `forbidden_class`, `unavailable`, and
   * `invalid_state` when as many runs as it may have are under way.
   */
  run(jobId: string, giveUp: AbortSignal): Promise<NdschedulerExecutionId> {
    return lookUp('Job', jobId, async (known) => {
      const view = await this.awaited.run(known, {}, giveUp);
      if (view.state === 'skipped')
        throw new DomainError(
          'invalid_state',
          `Maximum number of running instances reached: ${view.jobName} was not run`,
        );
      return { execution_id: wireState(view) === 'scheduled error' ? null : hexId(view.id) };
    });
  }

  /** The document's form of it: the job is named in the body. Throws `invalid_input`, `malformed_body` too. */
  runNamed(body: RawBody | undefined, giveUp: AbortSignal): Promise<NdschedulerExecutionId> {
    const given = body && parseJsonBody(body.bytes);
    const jobId = typeof given === 'object' && given !== null && 'job_id' in given ? given.job_id : undefined;
    if (typeof jobId !== 'string') throw invalidField('/job_id', 'required', 'Require this parameter: job_id');
    return this.run(jobId, giveUp);
  }
}

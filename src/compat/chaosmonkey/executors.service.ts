import { Inject, Injectable } from '@nestjs/common';
import type { RawBody } from '../../http/raw-body.js';
import { AnnotatedJobs, type DateTrigger } from '../../jobs/annotated-jobs.service.js';
import { DateTriggers } from '../../jobs/date-triggers.service.js';
import { TriggersService } from '../../jobs/triggers.service.js';
import { DomainError } from '../../kernel/domain-error.js';
import { hexId, parseId } from '../../kernel/ids.js';
import { readArrowDate } from './arrow-date.js';
import { BASE_PATH } from './chaosmonkey.dialect.js';
import { itemLinks, selfLinks, type ChaosExecutor, type ChaosExecutorList } from './chaosmonkey.wire.js';
import { PLAN_ANNOTATION } from './plan-annotation.js';
import { requestJson } from './request-json.js';
import { EXECUTOR_SCHEMA, type ExecutorRequest } from './request.schemas.js';
import { oddFormat, wallClock, zoneOfOffset } from './wall-clock.js';

/** Executors are the date triggers of the jobs that are plans. */
@Injectable()
export class ExecutorsService {
  constructor(
    @Inject(AnnotatedJobs) private readonly annotated: AnnotatedJobs,
    @Inject(DateTriggers) private readonly dates: DateTriggers,
    @Inject(TriggersService) private readonly triggers: TriggersService,
  ) {}

  /** Soonest first: the pending ones, or with `all` also those that are executed. */
  async list(all: boolean, url: string): Promise<ChaosExecutorList> {
    const triggers = await this.annotated.dateTriggers(PLAN_ANNOTATION, { onlyPending: !all });
    return { _links: selfLinks(url), _embedded: { executors: triggers.map(toExecutor) } };
  }

  /** Those of one plan, also the executed ones. */
  async ofPlan(jobId: string): Promise<ChaosExecutor[]> {
    const triggers = await this.annotated.dateTriggers(PLAN_ANNOTATION, { jobId, onlyPending: false });
    return triggers.map(toExecutor);
  }

  /** Changes the date. What is wrong with the body is said before it is looked whether there is such an executor. */
  async move(id: string, body: RawBody | undefined): Promise<ChaosExecutor> {
    const { type, args } = requestJson(body, EXECUTOR_SCHEMA) as ExecutorRequest;
    if (type !== 'date') throw new DomainError('invalid_input', 'Invalid trigger type');
    const date = readArrowDate(args.date);
    if (date === null) throw new DomainError('invalid_input', 'Invalid date format');
    const trigger = await this.find(id);
    const at = new Date(date.wallMs - date.offsetMs);
    const timeZone = zoneOfOffset(date.offsetMs, at.getTime());
    const { isDone } = await asExecutor(id, () => this.dates.move(trigger.jobId, trigger.id, at, timeZone));
    return toExecutor({ ...trigger, at, timeZone, isDone });
  }

  /** Answers the id as it was given. */
  async delete(id: string): Promise<{ msg: string }> {
    const trigger = await this.find(id);
    await asExecutor(id, () => this.triggers.delete(trigger.jobId, trigger.id, undefined));
    return { msg: `Executor ${id} succesfully deleted` }; // sic
  }

  private async find(id: string): Promise<DateTrigger> {
    const triggerId = parseId(id);
    const trigger = triggerId === null ? undefined : await this.annotated.findDateTrigger(PLAN_ANNOTATION, triggerId);
    if (trigger === undefined) throw unknownExecutor(id);
    return trigger;
  }
}

/** Somebody else may delete it between the look-up and the change. */
async function asExecutor<T>(id: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    throw error instanceof DomainError && error.code === 'not_found' ? unknownExecutor(id, error) : error;
  }
}

function unknownExecutor(id: string, cause?: unknown): DomainError {
  return new DomainError('not_found', `executor not found ${id}`, [], { cause });
}

function toExecutor({ id, jobId, at, timeZone, isDone }: DateTrigger): ChaosExecutor {
  return {
    id: hexId(id),
    next_run_time: oddFormat(wallClock(at.getTime(), timeZone)),
    plan_id: hexId(jobId),
    executed: isDone,
    _links: itemLinks(`${BASE_PATH}/executors/${hexId(id)}`),
  };
}

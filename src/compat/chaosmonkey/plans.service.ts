import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { RawBody } from '../../http/raw-body.js';
import { AnnotatedJobs, type AnnotatedJob } from '../../jobs/annotated-jobs.service.js';
import { JobEdits } from '../../jobs/job-edits.service.js';
import type { TriggerInputDto } from '../../jobs/trigger-input.dto.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { hexId, parseId } from '../../kernel/ids.js';
import { ATTACKS, type ChaosAttack } from './attack-catalog.js';
import { BASE_PATH } from './chaosmonkey.dialect.js';
import { itemLinks, selfLinks, type ChaosListedPlan, type ChaosPlan, type ChaosPlanList } from './chaosmonkey.wire.js';
import { ExecutorsService } from './executors.service.js';
import { PLAN_ANNOTATION } from './plan-annotation.js';
import { PLANNERS, type ChaosPlanner, type PlannedExecutor } from './planner-catalog.js';
import { pythonRepr } from './python-repr.js';
import { refuseViolation, requestJson } from './request-json.js';
import { PLAN_SCHEMA, type PlanRequest } from './request.schemas.js';
import { databaseFormat, instantOfWall, oddFormat, wallClock } from './wall-clock.js';

const LONGEST_NAME = 200;
/** APScheduler's default: what could not be started within a second is not started at all. */
const MISFIRE_GRACE_SECONDS = 1;

/** Plans are jobs whose class is the attack and whose date triggers are the executors. */
@Injectable()
export class PlansService {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'chaosmonkeyTimeZone'>,
    @Inject(AnnotatedJobs) private readonly annotated: AnnotatedJobs,
    @Inject(JobEdits) private readonly edits: JobEdits,
    @Inject(ExecutorsService) private readonly executors: ExecutorsService,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Makes the plan with its executors in one transaction. Throws `invalid_input` in the original's words, `forbidden_class`. */
  async create(body: RawBody | undefined): Promise<{ msg: string }> {
    const request = requestJson(body, PLAN_SCHEMA) as PlanRequest;
    const planner = resolved<ChaosPlanner>(PLANNERS, request.planner.ref);
    const attack = resolved<ChaosAttack>(ATTACKS, request.attack.ref);
    refuseViolation(request.planner.args, planner.schema);
    refuseViolation(request.attack, attack.schema);
    const timeZone = this.config.chaosmonkeyTimeZone;
    const nowMs = this.clock.now().getTime();
    const planned = planner.plan(request.planner.args, { nowMs, timeZone, random: Math.random });
    refuseName(request.name);
    await this.edits.create(
      {
        name: request.name,
        description: `Plan of the Chaos Monkey API: ${attack.ref}, ${planner.ref}.`,
        jobClass: attack.jobClass,
        parameters: request.attack.args,
        triggers: planned.map((executor) => triggerOf(executor, request.name, timeZone)),
      },
      {
        annotations: { [PLAN_ANNOTATION]: { attack: attack.ref, planner: request.planner } },
        lateDates: 'fire',
      },
    );
    return { msg: 'ok' };
  }

  /** Oldest first: those with pending executors, or all. */
  async list(all: boolean, url: string): Promise<ChaosPlanList> {
    const jobs = await this.annotated.list(PLAN_ANNOTATION, { onlyPending: !all });
    return { plans: jobs.map(toListedPlan), _links: selfLinks(url) };
  }

  /** With all of its executors. */
  async get(id: string, url: string): Promise<ChaosPlan> {
    const job = await this.find(id);
    return {
      id: hexId(job.id),
      name: job.name,
      created: oddFormat(job.createdAt.getTime()),
      executors_count: null,
      next_execution: null,
      executed: job.pending === 0,
      _links: selfLinks(url),
      _embedded: { executors: await this.executors.ofPlan(job.id) },
    };
  }

  /** And its executors. Answers the id as it was given. */
  async delete(id: string): Promise<{ msg: string }> {
    const job = await this.find(id);
    try {
      await this.edits.delete(job.id, undefined);
    } catch (error) {
      throw error instanceof DomainError && error.code === 'not_found' ? unknownPlan(id, error) : error;
    }
    return { msg: `Plan ${id} successfully deleted` };
  }

  private async find(id: string): Promise<AnnotatedJob> {
    const jobId = parseId(id);
    const job = jobId === null ? undefined : await this.annotated.find(PLAN_ANNOTATION, jobId);
    if (job === undefined) throw unknownPlan(id);
    return job;
  }
}

/** The original says "planner" of attacks too, and crashes where the module is unknown. */
function resolved<T extends { readonly ref: string }>(catalog: readonly T[], ref: string): T {
  const found = catalog.find((one) => one.ref === ref);
  if (found !== undefined) return found;
  throw new DomainError(
    'invalid_input',
    `invalid planner Error resolving reference ${ref.slice(0, LONGEST_NAME)}: not found in modules`,
  );
}

/** The original stores any name; ours have bounds. */
function refuseName(name: string): void {
  const problem = name === '' ? 'too short' : [...name].length > LONGEST_NAME ? 'too long' : null;
  if (problem === null) return;
  throw new DomainError(
    'invalid_input',
    `invalid payload name ${pythonRepr(name)} is ${problem}: expected are 1 to ${LONGEST_NAME} characters`,
  );
}

function triggerOf({ wallMs, suffix }: PlannedExecutor, plan: string, timeZone: string): TriggerInputDto {
  return {
    kind: 'date',
    at: new Date(instantOfWall(wallMs, timeZone)),
    timeZone,
    name: `${plan.slice(0, LONGEST_NAME - suffix.length)}${suffix}`,
    misfirePolicy: 'skip',
    misfireGraceSeconds: MISFIRE_GRACE_SECONDS,
  };
}

function toListedPlan(job: AnnotatedJob): ChaosListedPlan {
  const { firstAt, firstTimeZone } = job;
  return {
    id: hexId(job.id),
    name: job.name,
    created: oddFormat(job.createdAt.getTime()),
    executors_count: job.dateTriggers,
    next_execution: firstAt === null ? null : databaseFormat(wallClock(firstAt.getTime(), firstTimeZone ?? 'UTC')),
    executed: job.pending === 0 ? 1 : 0,
    _links: itemLinks(`${BASE_PATH}/plans/${hexId(job.id)}`),
  };
}

function unknownPlan(id: string, cause?: unknown): DomainError {
  return new DomainError('not_found', `plan not found ${id}`, [], { cause });
}

import { Inject, Injectable } from '@nestjs/common';
import type { RawBody } from '../../http/raw-body.js';
import { JobEdits } from '../../jobs/job-edits.service.js';
import { JobReschedules, type Reschedule } from '../../jobs/job-reschedules.service.js';
import type { JobView } from '../../jobs/job.dto.js';
import { JobsService } from '../../jobs/jobs.service.js';
import type { TriggerInputDto } from '../../jobs/trigger-input.dto.js';
import { DomainError, invalidField } from '../../kernel/domain-error.js';
import { hexId } from '../../kernel/ids.js';
import { lookUp } from './ids.js';
import { readJob } from './job-input.js';
import { toWireJob, type NdschedulerJob, type NdschedulerJobId, type NdschedulerJobs } from './job.wire.js';
import { toldSchedule, type ToldFields } from './told-schedule.js';

/** Most jobs that a list shows; the original has no pages. */
const MOST_JOBS = 10_000;
/** APScheduler's `max_instances` as ndscheduler sets it: what comes due beyond is not run. */
const MOST_AT_ONCE = 3;
/** APScheduler's misfire grace: what is later than this is not made up for. */
const MISFIRE_GRACE_SECONDS = 3600;

/** Jobs as ndscheduler's clients see them: a job and its schedule are one thing. */
@Injectable()
export class NdschedulerJobsService {
  constructor(
    @Inject(JobsService) private readonly jobs: JobsService,
    @Inject(JobEdits) private readonly edits: JobEdits,
    @Inject(JobReschedules) private readonly reschedules: JobReschedules,
  ) {}

  /** All jobs of the tenant, also those made elsewhere: what runs next first, what is paused last; at most 10,000. */
  async list(): Promise<NdschedulerJobs> {
    return { jobs: (await this.jobs.byNextRun(MOST_JOBS)).map(toWireJob) };
  }

  /** Throws `not_found`. */
  get(id: string): Promise<NdschedulerJob> {
    return lookUp('Job', id, async (known) => toWireJob(await this.jobs.get(known)));
  }

  /** Throws `invalid_input`, `malformed_body`, `forbidden_class`. */
  async create(body: RawBody | undefined): Promise<NdschedulerJobId> {
    const { name, jobClass, args = [], extra, fields } = readJob(body);
    const limits = { overlapPolicy: 'skip', maxConcurrency: MOST_AT_ONCE } as const;
    const input = { name, jobClass, args, parameters: { ...extra }, ...limits, triggers: [newTrigger(fields)] };
    return idOf(await firing(this.edits.create(input)));
  }

  /** Puts the definition in the place of the old one; arguments that are not given stay. Throws as `create` does, and `not_found`. */
  replace(id: string, body: RawBody | undefined): Promise<NdschedulerJobId> {
    const { name, jobClass, args, extra, fields } = readJob(body);
    const [unknown] = Object.keys(extra);
    if (unknown !== undefined)
      throw invalidField(`/${unknown}`, 'unknown_field', `Incorrect parameter: ${unknown} cannot be modified`);
    const input = { name, jobClass, ...(args && { args }) };
    return lookUp('Job', id, async (known) =>
      idOf(await firing(this.reschedules.patch(known, input, (job) => rescheduleOf(job, fields)))),
    );
  }

  /** Throws `not_found`. */
  delete(id: string): Promise<NdschedulerJobId> {
    return lookUp('Job', id, async (known) => {
      await this.edits.delete(known, undefined);
      return { job_id: hexId(known) };
    });
  }

  /** Every call is in the audit log, also one that changes nothing. Throws `not_found`. */
  pause(id: string): Promise<NdschedulerJobId> {
    return lookUp('Job', id, async (known) => idOf(await this.edits.pause(known, undefined, true)));
  }

  /** The same for letting it run again, from now on. Throws `not_found`. */
  resume(id: string): Promise<NdschedulerJobId> {
    return lookUp('Job', id, async (known) => idOf(await this.edits.resume(known, undefined, true)));
  }
}

/** Missed instants become one run (APScheduler's `coalesce`): with no grace all but the last are stood for by it. */
function newTrigger(fields: ToldFields): TriggerInputDto {
  return {
    kind: 'cron',
    fields,
    timeZone: 'UTC',
    misfirePolicy: 'fire_once',
    misfireGraceSeconds: 0,
    catchUpWindowSeconds: MISFIRE_GRACE_SECONDS,
  };
}

/** Only the trigger that the fields tell is theirs to change; a job that has none gets one. */
function rescheduleOf({ triggers }: JobView, fields: ToldFields): Reschedule | null {
  const told = toldSchedule(triggers);
  if (told === null) return { id: null, input: newTrigger(fields) };
  const isSame = Object.entries(fields).every(([name, value]) => told.fields[name as keyof ToldFields] === value);
  return isSame ? null : { id: told.triggerId, input: { kind: 'cron', fields } };
}

/** Puts into plain words that a schedule has no instant. The original stores such a job and loses it on resume. */
async function firing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'never_fires') throw error;
    throw new DomainError('invalid_input', 'Incorrect parameters: no date fits all the cron fields', error.fields);
  }
}

function idOf({ job }: JobView): NdschedulerJobId {
  return { job_id: hexId(job.id) };
}

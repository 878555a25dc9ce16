/** Jobs as ndscheduler prints them. Source: contract of the ndscheduler API, section 1.2; document, "Get a job". */
import { ApiProperty } from '@nestjs/swagger';
import type { JobView } from '../../jobs/job.dto.js';
import { hexId } from '../../kernel/ids.js';
import { pythonTime } from './python-text.js';
import { NO_FIELDS, toldSchedule, type ToldFields } from './told-schedule.js';

const JOB_ID = 'd8f376e858a411e4b6ae22000ac58d05';

/** The answer to every change of a job. */
export class NdschedulerJobId {
  @ApiProperty({ description: '32 hex digits.', example: JOB_ID }) job_id: string;
}

/** The cron fields, as the original echoes them; all empty when the schedule of the job cannot be told in them. */
export class NdschedulerCronFields implements ToldFields {
  @ApiProperty({ example: '*' }) month: string;
  @ApiProperty({ example: '*' }) day: string;
  @ApiProperty({ description: 'ISO week; only in answers.', example: '*' }) week: string;
  @ApiProperty({ description: 'Monday is 0.', example: '*' }) day_of_week: string;
  @ApiProperty({ example: '*/1' }) hour: string;
  @ApiProperty({ example: '0' }) minute: string;
}

/** A job. */
export class NdschedulerJob extends NdschedulerCronFields {
  @ApiProperty({ description: '32 hex digits.', example: JOB_ID }) job_id: string;
  @ApiProperty({ example: 'Clean APNs' }) name: string;
  @ApiProperty({
    description: 'Empty: it will not run, for example because it is paused.',
    example: '2026-11-22T09:00:00+00:00',
  })
  next_run_time: string;
  @ApiProperty({ example: 'simple_scheduler.jobs.sample_job.AwesomeJob' }) job_class_string: string;
  @ApiProperty({ type: 'array', items: {}, example: ['arg1', 2] }) pub_args: unknown[];
}

/** All jobs. */
export class NdschedulerJobs {
  @ApiProperty({ type: [NdschedulerJob] }) jobs: NdschedulerJob[];
}

/** A job as the original prints it. */
export function toWireJob({ job, triggers }: JobView): NdschedulerJob {
  const next = triggers.flatMap((trigger) => trigger.nextFireAt ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
  return {
    job_id: hexId(job.id),
    name: job.name,
    next_run_time: next === undefined ? '' : pythonTime(next),
    job_class_string: job.jobClass,
    pub_args: job.args,
    ...(toldSchedule(triggers)?.fields ?? NO_FIELDS),
  };
}

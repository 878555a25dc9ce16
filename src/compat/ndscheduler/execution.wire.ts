/** Executions as ndscheduler prints them. Source: contract of the ndscheduler API, section 1.3; document, "Get an execution". */
import { ApiProperty } from '@nestjs/swagger';
import type { ExecutionState } from '../../executions/execution.state.js';
import type { ExecutionView } from '../../executions/execution.view.js';
import type { JobView } from '../../jobs/job.dto.js';
import { hexId } from '../../kernel/ids.js';
import { toWireJob, NdschedulerCronFields } from './job.wire.js';
import { dumpJson, pythonTimeWithMicroseconds } from './python-text.js';

const EXECUTION_ID = '7252d7a6a80f11e58bcc02ba903740c3';

/** The states of the original. Cancelled runs are `stopped`, those whose worker was lost `interrupted`. */
export const WIRE_STATES = [
  'scheduled',
  'running',
  'stopping',
  'stopped',
  'failed',
  'succeeded',
  'timeout',
  'scheduled error',
  'interrupted',
] as const;
export type WireState = (typeof WIRE_STATES)[number];

/** The answer to running a job. */
export class NdschedulerExecutionId {
  @ApiProperty({
    description: 'Null: the job class could not be loaded.',
    nullable: true,
    type: String,
    example: EXECUTION_ID,
  })
  execution_id: string | null;
}

/** The job of an execution, as it is now. The original says `task_name`, its document `job_class_string`. */
export class NdschedulerExecutionJob extends NdschedulerCronFields {
  @ApiProperty({ example: 'bb0dec52797f11e4a14122000a150f89' }) job_id: string;
  @ApiProperty({ example: 'Poll sendgrid for bounces and spamreports' }) name: string;
  @ApiProperty({ example: 'simple_scheduler.jobs.sample_job.AwesomeJob' }) task_name: string;
  @ApiProperty({ example: 'simple_scheduler.jobs.sample_job.AwesomeJob' }) job_class_string: string;
  @ApiProperty({ type: 'array', items: {}, example: [] }) pub_args: unknown[];
}

/** An execution. */
export class NdschedulerExecution {
  @ApiProperty({ description: '32 hex digits.', example: EXECUTION_ID }) execution_id: string;
  @ApiProperty({ enum: WIRE_STATES, example: 'succeeded' }) state: WireState;
  @ApiProperty({ nullable: true, type: String, example: 'build-7' }) hostname: string | null;
  @ApiProperty({ nullable: true, type: 'integer', example: 15021 }) pid: number | null;
  @ApiProperty({ description: 'Always null.', nullable: true, type: String, example: null }) task_id: null;
  @ApiProperty({ example: 'hostname: build-7 | pid: 15021' }) description: string;
  @ApiProperty({
    description: 'JSON with an indentation of 4, or the text of a failure; null before the end.',
    nullable: true,
    type: String,
    example: '[\n    "arg1",\n    2\n]',
  })
  result: string | null;
  @ApiProperty({ description: 'When it came to be.', example: '2015-12-21T18:20:05.604000+00:00' })
  scheduled_time: string;
  @ApiProperty({ example: '2015-12-21T18:20:05.700000+00:00' }) updated_time: string;
  @ApiProperty({ description: 'Absent when the job was deleted.', type: NdschedulerExecutionJob, required: false })
  job?: NdschedulerExecutionJob;
}

/** The executions of a span of time. */
export class NdschedulerExecutions {
  @ApiProperty({ type: [NdschedulerExecution] }) executions: NdschedulerExecution[];
}

const STATES: Readonly<Record<ExecutionState, WireState>> = {
  scheduled: 'scheduled',
  queued: 'scheduled',
  pending: 'scheduled',
  running: 'running',
  cancelling: 'stopping',
  force_cancelling: 'stopping',
  succeeded: 'succeeded',
  failed: 'failed',
  timed_out: 'timeout',
  cancelled: 'stopped',
  // These two are not shown; a list or a look-up leaves them out.
  missed: 'scheduled error',
  skipped: 'scheduled error',
};
const NOT_LOADED = ['unknown_class', 'invalid_class', 'forbidden_class'];
const INTERRUPTED = ['agent_lost', 'worker_shutdown', 'executor_lost'];

/** Whether the original would show it: it has no rows for what did not run. */
export function isShown({ state }: Pick<ExecutionView, 'state'>): boolean {
  return state !== 'missed' && state !== 'skipped';
}

/** The state in the original's words. */
export function wireState({ state, reason }: Pick<ExecutionView, 'state' | 'reason'>): WireState {
  if (state === 'failed' && reason !== null && NOT_LOADED.includes(reason)) return 'scheduled error';
  if (state === 'failed' && reason !== null && INTERRUPTED.includes(reason)) return 'interrupted';
  return STATES[state];
}

/** An execution as the original prints it; `job` absent: it was deleted. `isResultLeftOut`: the list does not carry it. */
export function toWireExecution(
  view: ExecutionView & { readonly isResultLeftOut?: boolean },
  job: JobView | undefined,
): NdschedulerExecution {
  const state = wireState(view);
  // Of a class that could not be loaded nothing ever ran.
  const [hostname, pid] = state === 'scheduled error' ? [null, null] : [view.hostname, view.pid];
  return {
    execution_id: hexId(view.id),
    state,
    hostname,
    pid,
    task_id: null,
    description: hostname === null ? '' : `hostname: ${hostname} | pid: ${String(pid ?? '')}`,
    result: resultText(view),
    scheduled_time: pythonTimeWithMicroseconds(view.createdAt),
    updated_time: pythonTimeWithMicroseconds(view.updatedAt),
    ...(job && { job: embedded(job) }),
  };
}

function resultText(view: ExecutionView & { readonly isResultLeftOut?: boolean }): string | null {
  if (view.finishedAt === null) return null;
  if (view.isResultLeftOut) return `(too long for a list; see /api/v1/executions/${hexId(view.id)})`;
  if (view.error === null || (view.error.stack === undefined && view.result !== null)) return dumpJson(view.result);
  return view.error.stack ?? view.error.message;
}

function embedded(view: JobView): NdschedulerExecutionJob {
  const { next_run_time: _next, ...job } = toWireJob(view);
  return { ...job, task_name: job.job_class_string };
}

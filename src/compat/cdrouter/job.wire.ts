// The job of the CDRouter Web API, after its published page "Jobs" and the client's schema (cdrouter.py, jobs.py).
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { SheetedExecution } from '../../executions/execution-search.service.js';
import type { ExecutionState } from '../../executions/execution.state.js';
import type { NeededInterface } from './interfaces.js';
import type { JobOptions } from './job-options.js';
import { wireTime } from './wire-time.js';

/** Statuses of a job, the last three final. */
export const JOB_STATUSES = ['pending', 'running', 'completed', 'stopped', 'error'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Our states in the words of the original. What was asked to stop runs until it has. */
export const STATUS_OF: Readonly<Record<ExecutionState, JobStatus>> = {
  scheduled: 'pending',
  queued: 'pending',
  pending: 'pending',
  running: 'running',
  cancelling: 'running',
  force_cancelling: 'running',
  succeeded: 'completed',
  failed: 'error',
  timed_out: 'error',
  cancelled: 'stopped',
  missed: 'error',
  skipped: 'error',
};

const AT = '2016-04-14T11:15:54.211+00:00';

/** An interface that a job holds while it runs. */
export class CdrouterInterface implements NeededInterface {
  @ApiPropertyOptional({ description: '`lan` of the testvar `lanInterface`.', type: String, example: 'lan' })
  name?: string;
  @ApiProperty({ example: 'eth1' }) value: string;
  @ApiProperty({ example: false }) is_wireless: boolean;
  @ApiProperty({ example: false }) is_ics: boolean;
}

/** A setting that a launch overrides. */
export class CdrouterTestvar {
  @ApiPropertyOptional({ type: String, example: 'main' }) group?: string;
  @ApiPropertyOptional({ type: String, example: 'lanInterface' }) name?: string;
  @ApiPropertyOptional({ type: String, example: 'eth2' }) value?: string;
  @ApiPropertyOptional({ type: String }) default?: string;
  @ApiPropertyOptional({ type: Boolean }) isdefault?: boolean;
  @ApiPropertyOptional({ type: String }) line?: string;
  @ApiPropertyOptional({ type: String }) action?: string;
}

/** Options of a job. */
export class CdrouterJobOptions {
  @ApiProperty({ type: [String], nullable: true, example: ['one', 'two'] }) tags: readonly string[] | null;
  @ApiProperty({ type: [String], nullable: true, example: null }) skip_tests: readonly string[] | null;
  @ApiProperty({ example: '' }) begin_at: string;
  @ApiProperty({ example: '' }) end_at: string;
  @ApiProperty({ example: '' }) extra_cli_args: string;
  @ApiPropertyOptional({ type: [CdrouterTestvar] }) testvars?: readonly CdrouterTestvar[];
}

/** A job: one of our executions. Ids are texts of digits. */
export class CdrouterJob {
  @ApiProperty({ description: '`number` of the execution.', example: '1' }) id: string;
  @ApiProperty({ example: true }) active: boolean;
  @ApiProperty({ enum: JOB_STATUSES, example: 'running' }) status: JobStatus;
  @ApiProperty({ type: CdrouterJobOptions }) options: CdrouterJobOptions;
  @ApiProperty({ description: '`number` of the job that it is a run of.', example: '1027' }) package_id: string;
  @ApiProperty({ example: 'one' }) package_name: string;
  @ApiProperty({ description: '0: the launch named none.', example: '12' }) device_id: string;
  @ApiProperty({ example: 'Device Foo' }) device_name: string;
  @ApiProperty({ description: '0: the launch named none.', example: '34' }) config_id: string;
  @ApiProperty({ description: 'Of the package, if the launch named none.', example: 'Config Foo' }) config_name: string;
  @ApiPropertyOptional({
    description: 'YYYYMMDDHHMMSS in UTC; absent until it begins.',
    type: String,
    example: '20160414111554',
  })
  result_id?: string;
  @ApiProperty({ description: '0: not a user, but a token, or its schedule.', example: '1' }) user_id: string;
  @ApiProperty({ example: AT }) created: string;
  @ApiProperty({ example: AT }) updated: string;
  @ApiProperty({ description: 'A trigger of the package launched it.', example: false }) automatic: boolean;
  @ApiProperty({ example: AT }) run_at: string;
  @ApiProperty({ type: [CdrouterInterface] }) interfaces: readonly CdrouterInterface[];
  @ApiProperty({ type: [String], example: ['eth1'] }) interface_names: readonly string[];
  @ApiProperty({ example: false }) uses_wireless: boolean;
  @ApiProperty({ example: false }) uses_ics: boolean;
  @ApiPropertyOptional({ description: 'Absent without one.', type: String }) ics_interface_name?: string;
}

/** What this API keeps on the sheet of a run. */
export interface JobDetails {
  readonly options?: JobOptions;
  readonly interfaces?: readonly NeededInterface[];
  readonly usesWireless?: boolean;
  readonly usesIcs?: boolean;
  readonly icsInterfaceName?: string;
}

/** What goes on the sheet, so that it can be printed, and searched by. */
export function detailsOf(options: JobOptions, interfaces: readonly NeededInterface[]): JobDetails {
  return {
    options,
    interfaces,
    usesWireless: interfaces.some((one) => one.is_wireless),
    usesIcs: interfaces.some((one) => one.is_ics),
    icsInterfaceName: interfaces.find((one) => one.is_ics)?.value ?? '',
  };
}

/** An execution as the original prints a job. `users`: numbers of users by name. */
export function toWireJob(row: SheetedExecution, users: ReadonlyMap<string, string>): CdrouterJob {
  const details = (row.details ?? {}) as JobDetails;
  const interfaces =
    details.interfaces ?? row.interfaces.map((value) => ({ value, is_wireless: false, is_ics: false }));
  const status = STATUS_OF[row.state];
  return {
    id: row.number,
    active: status === 'running',
    status,
    options: toWireOptions(details.options ?? {}),
    package_id: row.jobNumber,
    package_name: row.jobName,
    device_id: row.deviceNumber,
    device_name: row.deviceName,
    config_id: row.profileNumber,
    config_name: row.profileName,
    ...(row.resultNumber !== null && { result_id: row.resultNumber }),
    user_id: users.get(row.createdBy ?? '') ?? '0',
    created: wireTime(row.createdAt),
    updated: wireTime(row.updatedAt),
    automatic: row.triggerId !== null,
    run_at: wireTime(row.launchedFor ?? row.scheduledFor),
    interfaces,
    interface_names: interfaces.map(({ value }) => value),
    uses_wireless: details.usesWireless ?? false,
    uses_ics: details.usesIcs ?? false,
    ...(details.usesIcs === true && { ics_interface_name: details.icsInterfaceName ?? '' }),
  };
}

/** Options as the original prints them: lists may be null, texts not. */
export function toWireOptions({
  tags,
  skip_tests,
  begin_at,
  end_at,
  extra_cli_args,
  testvars,
}: JobOptions): CdrouterJobOptions {
  return {
    tags: tags ?? null,
    skip_tests: skip_tests ?? null,
    begin_at: begin_at ?? '',
    end_at: end_at ?? '',
    extra_cli_args: extra_cli_args ?? '',
    ...(testvars && { testvars }),
  };
}

// The package of the CDRouter Web API, after the client's schema (cdrouter.py, packages.py).
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JobView } from '../../jobs/job.dto.js';
import type { Trigger } from '../../jobs/trigger.entity.js';
import { CdrouterInterface, CdrouterJobOptions, toWireOptions } from './job.wire.js';
import { interfacesOf } from './interfaces.js';
import { notesOf, OPTION_COUNTS, OPTION_FLAGS, type PackageNotes, type PackageOptions } from './package-model.js';
import { wireTime } from './wire-time.js';

const AT = '2016-04-14T11:15:54.211+00:00';
/** Of which trigger a package's own schedule is made. */
export const SCHEDULE_NAME = 'CDRouter schedule';

/** When a package is launched by itself. */
export class CdrouterSchedule {
  @ApiProperty({ example: false }) enabled: boolean;
  @ApiProperty({ description: 'A cron expression, in UTC.', example: '0 3 * * *' }) spec: string;
  @ApiProperty({ description: 'Kept; scheduled runs do not look at them.', type: CdrouterJobOptions })
  options: CdrouterJobOptions;
}

/** A package: one of our jobs. Lists leave out what is not required unless `detailed=true`. */
export class CdrouterPackage {
  @ApiProperty({ description: '`number` of the job.', example: '123' }) id: string;
  @ApiProperty({ example: 'one' }) name: string;
  @ApiProperty({ example: '' }) description: string;
  @ApiProperty({ example: AT }) created: string;
  @ApiProperty({ example: AT }) updated: string;
  @ApiProperty({ example: '1' }) test_count: string;
  @ApiPropertyOptional({ type: [String], example: ['cdrouter_nat_1'] }) testlist?: readonly string[];
  @ApiPropertyOptional({ type: String, example: '' }) extra_cli_args?: string;
  @ApiProperty({ example: '1' }) user_id: string;
  @ApiPropertyOptional({ description: 'Always 0.', type: String, example: '0' }) agent_id?: string;
  @ApiProperty({ example: '34' }) config_id: string;
  @ApiProperty({ example: '12' }) device_id: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { forever: false, loop: '1' } })
  options?: Readonly<Record<string, string | boolean>>;
  @ApiProperty({ type: [String], example: ['working'] }) tags: readonly string[];
  @ApiProperty({ example: false }) use_as_testlist: boolean;
  @ApiPropertyOptional({ type: String, example: '' }) note?: string;
  @ApiProperty({ type: CdrouterSchedule }) schedule: CdrouterSchedule;
  @ApiPropertyOptional({ type: [CdrouterInterface] }) interfaces?: readonly CdrouterInterface[];
}

/** The trigger that is the package's own schedule. */
export function scheduleOf({ triggers }: Pick<JobView, 'triggers'>): Trigger | undefined {
  return triggers.find(({ kind, name }) => kind === 'cron' && name === SCHEDULE_NAME);
}

/** A job as the original prints a package. */
export function toWirePackage(view: JobView, users: ReadonlyMap<string, string>, isDetailed: boolean): CdrouterPackage {
  const { job, tags } = view;
  const notes = notesOf(view);
  const { testlist = [] } = notes;
  return {
    id: job.number,
    name: job.name,
    description: job.description,
    created: wireTime(job.createdAt),
    updated: wireTime(job.updatedAt),
    test_count: String(testlist.length),
    user_id: users.get(job.createdBy) ?? '0',
    config_id: String(notes.config_id ?? 0),
    device_id: String(notes.device_id ?? 0),
    tags,
    use_as_testlist: notes.use_as_testlist ?? false,
    schedule: toWireSchedule(view, notes),
    ...(isDetailed && {
      testlist,
      extra_cli_args: notes.extra_cli_args ?? '',
      agent_id: '0',
      options: toWirePackageOptions(notes.options ?? {}),
      note: notes.note ?? '',
      interfaces: interfacesOf([], job.interfaces),
    }),
  };
}

/** All of them, as the original prints them: a client of its leaves out what is absent, and reads no null. */
function toWirePackageOptions(options: PackageOptions): Readonly<Record<string, string | boolean>> {
  return {
    ...Object.fromEntries(OPTION_FLAGS.map((name) => [name, options[name] === true])),
    ...Object.fromEntries(OPTION_COUNTS.map((name) => [name, String(options[name] ?? 0)])),
    duration_units: String(options['duration_units'] ?? 'seconds'),
  };
}

function toWireSchedule(view: JobView, notes: PackageNotes): CdrouterSchedule {
  const trigger = scheduleOf(view);
  return {
    enabled: trigger !== undefined && !trigger.paused,
    spec: trigger !== undefined && 'expression' in trigger.spec ? trigger.spec.expression : '',
    options: toWireOptions(notes.schedule_options ?? {}),
  };
}

import type { PatchJobDto } from '../../jobs/job-input.dto.js';
import { TAG_NAME, TAG_NAME_RULE } from '../../tags/tag-name.js';
import type { BodyFields } from './body-fields.js';
import { present, readOptions, type JobOptions } from './job-options.js';
import { DURATION_UNITS, OPTION_COUNTS, OPTION_FLAGS, type PackageNotes } from './package-model.js';
import { badField } from './refusals.js';

const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 4_000;
const MOST_TAGS = 50;
const MOST_NOTES_BYTES = 262_144;

/** What a request says of a package; undefined, and null on the wire: nothing. */
export interface PackageInput {
  readonly job: PatchJobDto;
  readonly notes: PackageNotes;
  readonly schedule: { readonly enabled: boolean; readonly spec: string } | undefined;
}

/** Reads a package. Throws `invalid_input` that names the field. */
export function readPackage(fields: BodyFields): PackageInput {
  const testlist = fields.texts('testlist');
  const notes = present({
    ...{ testlist, test_count: testlist?.length },
    extra_cli_args: fields.text('extra_cli_args'),
    config_id: readReference(fields, 'config_id'),
    device_id: readReference(fields, 'device_id'),
    options: fields.has('options') ? readPackageOptions(fields.object('options')) : undefined,
    use_as_testlist: fields.flag('use_as_testlist'),
    note: fields.text('note'),
    schedule_options: readScheduleOptions(fields),
  });
  const bytes = Buffer.byteLength(JSON.stringify(notes));
  if (bytes > MOST_NOTES_BYTES)
    throw badField('the size of the package', bytes, `at most ${MOST_NOTES_BYTES} bytes of JSON`);
  return {
    job: present({
      name: readName(fields),
      description: fields.text('description', LONGEST_DESCRIPTION),
      tags: readTags(fields),
    }),
    notes,
    schedule: readSchedule(fields),
  };
}

/** A name of 1 to 200 characters; undefined: the body has none. */
export function readName(fields: BodyFields): string | undefined {
  const name = fields.text('name', LONGEST_NAME);
  if (name !== undefined && (name === '' || /\p{Cc}/u.test(name)))
    throw badField('name', name, `1 to ${LONGEST_NAME} characters without control characters`);
  return name;
}

/** Names of tags, each once. */
export function readTags(fields: BodyFields): string[] | undefined {
  const tags = fields.texts('tags');
  const wrong = tags?.find((tag) => !TAG_NAME.test(tag));
  if (wrong !== undefined) throw badField('tags', wrong, TAG_NAME_RULE);
  if (tags !== undefined && tags.length > MOST_TAGS)
    throw badField('the number of tags', tags.length, `at most ${MOST_TAGS}`);
  return tags && [...new Set(tags)];
}

/** Zero when the body takes the reference away, undefined when it says nothing of it. */
function readReference(fields: BodyFields, name: string): number | undefined {
  return fields.has(name) ? Number(fields.id(name) ?? 0) : undefined;
}

function readPackageOptions(options: BodyFields): Record<string, unknown> {
  return present({
    ...Object.fromEntries(OPTION_FLAGS.map((name) => [name, options.flag(name)])),
    ...Object.fromEntries(OPTION_COUNTS.map((name) => [name, numberOf(options.count(name))])),
    duration_units: readUnit(options),
  });
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

function readUnit(options: BodyFields): string | undefined {
  const unit = options.text('duration_units');
  if (unit !== undefined && !DURATION_UNITS.includes(unit))
    throw badField('options.duration_units', unit, `one of ${DURATION_UNITS.join(', ')}`);
  return unit;
}

function readSchedule(fields: BodyFields): PackageInput['schedule'] {
  if (!fields.has('schedule')) return undefined;
  const schedule = fields.object('schedule');
  const enabled = schedule.flag('enabled') ?? false;
  const spec = schedule.text('spec', 500) ?? '';
  if (enabled && spec === '') throw badField('schedule.spec', spec, 'a cron expression, such as 0 3 * * *');
  return { enabled, spec };
}

function readScheduleOptions(fields: BodyFields): JobOptions | undefined {
  if (!fields.has('schedule')) return undefined;
  const schedule = fields.object('schedule');
  return schedule.has('options') ? readOptions(schedule.object('options')) : undefined;
}

/** Reads what clients send to define a job. Source: contract of the ndscheduler API, section 1.2. */
import { normaliseApschedulerFields, type ApschedulerFields } from '../../calendar/apscheduler-fields.js';
import { parseJsonBody } from '../../http/json-body.parser.js';
import type { RawBody } from '../../http/raw-body.js';
import { shown } from '../../http/shorten.js';
import { DomainError, invalidField } from '../../kernel/domain-error.js';
import type { ToldFields } from './told-schedule.js';

/** The fields that schedule, in the order of the original's message. `week`, `second` and `year` are no such fields there. */
const CRON_FIELDS = ['month', 'day', 'hour', 'minute', 'day_of_week'] as const;
const LONGEST_NAME = 200;
const LONGEST_FIELD = 200;
/** As in the native API. */
const JOB_CLASS = /^[A-Za-z_][\w.:-]{0,299}$/;

/** A job as a client defines it. */
export interface DefinedJob {
  readonly name: string;
  readonly jobClass: string;
  /** Undefined: not given. */
  readonly args: unknown[] | undefined;
  readonly fields: ToldFields;
  /** What else the body holds: keyword arguments of a new job. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Reads the body of a POST or PUT. Throws `invalid_input` or `malformed_body` in the words of the original where it has some. */
export function readJob(body: RawBody | undefined): DefinedJob {
  const given = jsonObject(body);
  for (const name of ['name', 'job_class_string'])
    if (!Object.hasOwn(given, name)) throw invalidField(`/${name}`, 'required', `Require this parameter: ${name}`);
  if (CRON_FIELDS.every((name) => given[name] == null)) {
    const names = CRON_FIELDS.map((name) => `'${name}'`).join(', ');
    throw invalidField('', 'cron_field_missing', `Require at least one of following parameters: [${names}]`);
  }
  const { name, job_class_string: jobClass, pub_args: args, ...rest } = given;
  const known: readonly string[] = CRON_FIELDS;
  return {
    name: readName(name),
    jobClass: readJobClass(jobClass),
    args: readArguments(args),
    fields: readFields(given),
    extra: Object.fromEntries(Object.entries(rest).filter(([key]) => !known.includes(key))),
  };
}

/** The object in a JSON body, whose content type must say that it is JSON. Throws `malformed_body`, `invalid_input`. */
export function jsonObject(body: RawBody | undefined): Record<string, unknown> {
  if (body?.contentType?.trimStart().toLowerCase().startsWith('application/json') !== true)
    throw new DomainError('malformed_body', 'The Content-Type must be application/json');
  const value = parseJsonBody(body.bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new DomainError('malformed_body', `The body must be a JSON object, not ${shown(value)}`);
}

function readName(value: unknown): string {
  if (typeof value === 'string' && value !== '' && [...value].length <= LONGEST_NAME) return value;
  throw invalidField(
    '/name',
    'length',
    `Incorrect parameter: name must be a string of 1 to 200 characters, not ${shown(value)}`,
  );
}

function readJobClass(value: unknown): string {
  if (typeof value === 'string' && JOB_CLASS.test(value)) return value;
  throw invalidField(
    '/job_class_string',
    'matches',
    `Incorrect parameter: job_class_string must be a dotted name of at most 300 characters, not ${shown(value)}`,
  );
}

function readArguments(value: unknown): unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value as unknown[];
  throw invalidField('/pub_args', 'isArray', `Incorrect parameter: pub_args must be an array, not ${shown(value)}`);
}

function readFields(given: Readonly<Record<string, unknown>>): ToldFields {
  const fields: ApschedulerFields = {};
  for (const name of CRON_FIELDS) {
    const value = given[name];
    if (value == null) continue;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || text.length > LONGEST_FIELD) throw unrecognized(value, name, '');
    fields[name] = text;
  }
  try {
    return normaliseApschedulerFields(fields);
  } catch (error) {
    const [first] = error instanceof DomainError ? error.fields : [];
    if (first === undefined) throw error;
    const name = first.field.replace('/fields/', '') as (typeof CRON_FIELDS)[number];
    throw unrecognized(fields[name], name, first.message.slice(name.length));
  }
}

/** APScheduler's words, and after them what exactly is wrong. */
function unrecognized(value: unknown, field: string, why: string): DomainError {
  const expression = typeof value === 'string' ? shown(value) : `"${shown(value)}"`;
  const message = `Unrecognized expression ${expression} for field "${field}"${why}`;
  return invalidField(`/${field}`, 'cron_field', message);
}
